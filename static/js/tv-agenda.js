// Says on a wall display how many practitioners' days it has no room for; tv.css gives their rows no height.

function count() {
  const more = document.querySelector(".panel__more");
  if (!more) return;
  const cut = [...document.querySelectorAll(".agenda")].filter((row) => row.clientHeight === 0).length;
  const words = cut ? more.dataset.more.replace("{n}", String(cut)) : "";
  if (more.textContent !== words) more.textContent = words;
}

document.addEventListener("htmx:after:swap", count);
addEventListener("resize", count);
count();
