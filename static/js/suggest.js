// Authors while one types a name: an ARIA combobox in anything marked data-suggest.
(() => {
  const said = () => document.getElementById("said");
  let counter = 0;

  function open(host, input) {
    input.dataset.suggests = "yes";
    const list = document.createElement("ul");
    list.id = `suggestions-${++counter}`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
    list.hidden = true;
    host.append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", list.id], ["autocomplete", "off"]]) input.setAttribute(name, value);

    let rows = [], active = -1, timer = 0, asked = null;

    const show = (on) => {
      list.hidden = !on;
      input.setAttribute("aria-expanded", String(on));
      if (!on) mark(-1);
    };
    const mark = (place) => {
      active = place;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
      if (place < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    };
    const choose = (row) => {
      show(false);
      if (!host.dataset.fill) return location.assign(row.url);
      input.value = row[host.dataset.fill];
      input.focus();
    };
    const fill = (found) => {
      rows = found.results;
      list.replaceChildren(...rows.map((row, at) => {
        const item = document.createElement("li");
        const hint = document.createElement("span");
        item.id = `${list.id}-${at}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        hint.textContent = row.hint;
        item.append(row.name, " ", hint);
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(row));
        return item;
      }));
      show(rows.length > 0);
      if (said()) said().textContent = found.said;
    };
    const ask = async () => {
      asked?.abort();
      asked = new AbortController();
      const text = input.value.trim();
      if (text.length < 2) return show(false);
      try {
        const answer = await fetch(`${host.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
        if (answer.ok && document.activeElement === input) fill(await answer.json());
      } catch (error) {
        if (error.name !== "AbortError") show(false);
      }
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("blur", () => show(false));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) show(false);
      else if (event.key === "Enter" && active >= 0) choose(rows[active]);
      else if (event.key === "ArrowDown" && list.hidden && rows.length) show(true), mark(0);
      else if (event.key === "ArrowDown" && rows.length) mark((active + 1) % rows.length);
      else if (event.key === "ArrowUp" && !list.hidden) mark((active <= 0 ? rows.length : active) - 1);
      else return;
      event.preventDefault();
    });
  }

  // Fields may come later with a part of a page, so that each is made ready when it is first gone to.
  document.addEventListener("focusin", ({ target }) => {
    const host = target.matches?.("input:not([type=hidden])") && target.closest("[data-suggest]");
    if (host && !target.dataset.suggests) open(host, target);
  });
})();
