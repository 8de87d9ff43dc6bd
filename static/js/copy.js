// Buttons that copy the text of another element. Where the browser forbids that, the text is selected instead.
const status = document.getElementById("copied");

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  let done = true;
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    getSelection().selectAllChildren(source);
    done = false;
  }
  status.textContent = done ? status.dataset.copied : status.dataset.failed;
  status.classList.toggle("unseen", done);
  button.classList.toggle("done", done);
  setTimeout(() => { button.classList.remove("done"); if (done) status.textContent = ""; }, 2000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
