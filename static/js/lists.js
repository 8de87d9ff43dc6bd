// Lists that are narrowed and paged in place by htmx: clean addresses, a word to screen readers, and the paper's way back.
(() => {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") return;
    for (const [name, value] of [...detail.formData]) if (value === "") detail.formData.delete(name);
  });

  document.addEventListener("htmx:afterSettle", ({ target }) => {
    const count = target.querySelector(".count")?.textContent.trim();
    if (count) document.getElementById("said").textContent = count;
    // What had the focus is gone: it goes on where the new list begins.
    if (document.activeElement === document.body) target.querySelector("h2[tabindex]")?.focus({ preventScroll: true });
  });

  // What can't be shown in place is gone to as without script.
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, ({ detail }) => location.assign(detail.pathInfo.finalRequestPath ?? location.href));
  }

  // A paper that is gone to from a list knows it; the address in the page stays its own.
  const remember = (event) => {
    const link = event.target.closest?.(".card .title a, .places a");
    if (!link || link.search) return;
    const here = new URL(location.href);
    here.searchParams.delete("page");
    link.search = `?list=${encodeURIComponent(here.pathname + here.search).replaceAll("%2F", "/")}`;
    setTimeout(() => (link.search = ""));
  };
  document.addEventListener("click", remember);
  document.addEventListener("auxclick", remember);
})();
