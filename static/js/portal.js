/* What a page needs of script: "/" goes to the search field, the error summary takes the focus,
   and htmx sends the CSRF token. Everything works without it. */
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  const field = document.getElementById("q");
  if (event.key === "/" && !typing && field) {
    event.preventDefault();
    field.focus();
  }
});
document.querySelector(".gh-errs")?.focus();
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
document.querySelector("[data-focus]")?.focus();

/* Lists: one box ticks the page, and the bar says how many rows an action will take. */
document.querySelectorAll("[data-check-all]").forEach((all) => {
  const boxes = [...all.closest("table").querySelectorAll('input[name="pk"]')];
  const bar = all.closest("form").querySelector("[data-bulk]");
  const ticked = bar?.querySelector("[data-ticked]");
  const idle = ticked?.textContent;
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-on", box.checked));
    if (ticked) ticked.textContent = count ? `${idle} ${count}` : idle;
    if (bar) bar.hidden = count === 0;
  };
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); tell(); });
  boxes.forEach((box) => box.addEventListener("change", tell));
  tell();
});
document.querySelectorAll(".gh-bar select").forEach((select) =>
  select.addEventListener("change", () => select.form.requestSubmit()));
document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});
/* Empty conditions stay out of the address. */
document.querySelectorAll("form.gh-bar").forEach((form) => form.addEventListener("formdata", (event) => {
  [...event.formData.entries()].forEach(([name, value]) => { if (!value) event.formData.delete(name); });
}));
/* On a phone the list comes first: its filters open on demand. */
if (window.matchMedia("(max-width: 767px)").matches) {
  document.querySelectorAll("details.gh-filters").forEach((filters) => { filters.open = false; });
}
/* Of many tabs the open one stands in sight. */
document.querySelectorAll(".gh-tabs").forEach((tabs) => {
  const open = tabs.querySelector("[aria-current]");
  if (open) tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.clientWidth) / 2;
});
