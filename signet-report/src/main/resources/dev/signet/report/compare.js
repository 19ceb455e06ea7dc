"use strict";
// Two pictures on top of each other: left of a line the first, right of it the second. A range input moves it, so that keys do, too.
(function () {
  function prepare(figure) {
    var view = figure.querySelector(".compare-view");
    var range = figure.querySelector("input[type=range]");
    if (!view || !range || figure.dataset.ready) { return; }
    figure.dataset.ready = "1";
    function show() { view.style.setProperty("--at", range.value + "%"); }
    function to(event) {
      var box = view.getBoundingClientRect();
      range.value = Math.min(100, Math.max(0, 100 * (event.clientX - box.left) / box.width));
      show();
    }
    range.addEventListener("input", show);
    view.addEventListener("pointerdown", function (event) {
      view.setPointerCapture(event.pointerId);
      to(event);
    });
    view.addEventListener("pointermove", function (event) {
      if (view.hasPointerCapture(event.pointerId)) { to(event); }
    });
    show();
  }
  window.prepareComparison = prepare;
  document.querySelectorAll("figure.compare").forEach(prepare);
})();
