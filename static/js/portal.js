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
