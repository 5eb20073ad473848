// A report is made of the address as it is when the form is sent.

const address = document.querySelector("[data-report-address]");
address.form.addEventListener("submit", () => {
  address.value = location.search;
});
