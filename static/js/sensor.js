// The sensor page: says so when the section of another part cannot be fetched.

const section = document.getElementById("destinations");

function show(failed) {
  section.querySelector("[data-waiting]")?.toggleAttribute("hidden", failed);
  section.querySelector("[data-failed]")?.toggleAttribute("hidden", !failed);
}

for (const name of ["htmx:response:error", "htmx:error"]) {
  section.addEventListener(name, (event) => {
    if (event.target === section) show(true);
  });
}

section.querySelector("[data-again]").addEventListener("click", () => {
  show(false);
  section.dispatchEvent(new Event("again"));
});
