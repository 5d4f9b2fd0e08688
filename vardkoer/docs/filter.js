"use strict";
// Shows the tables and columns whose names hold what is typed, and opens the tables that have such a column.
const box = document.getElementById("filter");
const found = document.getElementById("found");
function filter() {
  const wanted = box.value.trim().toLowerCase();
  let columns = 0;
  for (const table of document.querySelectorAll("details.table")) {
    const isNamed = table.dataset.name.includes(wanted);
    let shown = 0;
    for (const row of table.querySelectorAll("tr[data-name]")) {
      row.hidden = !isNamed && !row.dataset.name.includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    table.hidden = shown === 0;
    table.open = wanted !== "" && shown > 0;
    columns += shown;
  }
  found.textContent = wanted === "" ? "" : columns + " columns";
}
document.getElementById("search").hidden = false;
box.addEventListener("input", filter);
