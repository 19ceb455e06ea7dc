"use strict";
// Before anything is drawn: the theme that the reader chose on an earlier visit. A file's page may have no storage.
try {
  var chosen = localStorage.getItem("signet-theme");
  if (chosen === "light" || chosen === "dark") { document.documentElement.dataset.theme = chosen; }
} catch (e) { /* the system's theme, then */ }
