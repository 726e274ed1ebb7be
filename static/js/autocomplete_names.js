// Names each box of Select2 by the label of its field, before the chosen value. Select2 names it by the value only, and
// gives the value the role of a second field.
(() => {
  const nameBoxes = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const box = select.nextElementSibling?.querySelector("[role=combobox]");
      if (!box) continue;
      const label = select.labels[0] ?? select;
      label.id ||= `${select.id}_label`;
      for (const attribute of ["role", "aria-readonly"]) box.firstElementChild.removeAttribute(attribute);
      box.setAttribute("aria-labelledby", `${label.id} select2-${select.id}-container`);
    }
  };
  // Django makes the boxes in a callback of jQuery, which may run after the page is loaded. This one runs after it.
  addEventListener("load", () => django.jQuery(nameBoxes));
  document.addEventListener("formset:added", nameBoxes);
})();
