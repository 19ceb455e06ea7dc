"use strict";
(function () {
  // Theme: the system's, light, dark.
  var root = document.documentElement;
  var button = document.getElementById("theme");
  var order = ["", "light", "dark"];
  var names = { "": "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  function tell() {
    button.textContent = names[root.dataset.theme || ""];
    document.dispatchEvent(new Event("themechange"));
  }
  button.hidden = false;
  button.textContent = names[root.dataset.theme || ""];
  button.addEventListener("click", function () {
    var next = order[(order.indexOf(root.dataset.theme || "") + 1) % order.length];
    if (next) { root.dataset.theme = next; } else { delete root.dataset.theme; }
    try { localStorage.setItem("signet-theme", next); } catch (e) { /* forgotten on the next visit */ }
    tell();
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);

  // A column's head sorts its table: by figures where there are some, else by text.
  function value(row, column) {
    var cell = row.cells[column];
    var text = cell.firstChild && cell.firstChild.nodeType === 3 ? cell.firstChild.data : "";
    var figure = parseFloat(text.replace(/,/g, "").replace("\u2212", "-"));
    return isNaN(figure) ? text : figure;
  }
  function sort(head, column) {
    var down = head.getAttribute("aria-sort") === "ascending";
    var table = head.closest("table");
    table.querySelectorAll("th").forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    var rows = Array.from(table.tBodies[0].rows);
    rows.sort(function (a, b) {
      var x = value(a, column), y = value(b, column);
      var order = typeof x === "number" && typeof y === "number" ? x - y
        : typeof x === "number" ? -1 : typeof y === "number" ? 1 : x.localeCompare(y, undefined, { numeric: true });
      return down ? -order : order;
    });
    rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
  }
  document.querySelectorAll("table").forEach(function (table) {
    if (table.tBodies[0].rows.length < 3) { return; }
    Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () { sort(head, column); });
    });
  });

  // A line to be copied; a file's page may not be allowed to, and then marks it.
  document.querySelectorAll("button[data-copy]").forEach(function (button) {
    var code = button.parentNode.querySelector("code");
    button.hidden = false;
    button.addEventListener("click", function () {
      var mark = function () { getSelection().selectAllChildren(code); };
      if (!navigator.clipboard) { mark(); return; }
      navigator.clipboard.writeText(code.textContent).then(function () {
        button.textContent = "Copied";
        setTimeout(function () { button.textContent = "Copy"; }, 1500);
      }, mark);
    });
  });

  // The contents show where the reader is.
  var links = new Map();
  document.querySelectorAll("nav a").forEach(function (link) { links.set(link.getAttribute("href").slice(1), link); });
  if (links.size && window.IntersectionObserver) {
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) {
          links.forEach(function (link) { link.removeAttribute("aria-current"); });
          links.get(entry.target.id).setAttribute("aria-current", "true");
        }
      });
    }, { rootMargin: "-15% 0px -75% 0px" });
    links.forEach(function (link, id) { observer.observe(document.getElementById(id)); });
  }
})();
