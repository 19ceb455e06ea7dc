"use strict";
(function () {
  // Runs of charts become a grid.
  document.querySelectorAll("figure.chart").forEach(function (figure) {
    var before = figure.previousElementSibling;
    if (before && before.className === "charts") {
      before.appendChild(figure);
    } else {
      var grid = document.createElement("div");
      grid.className = "charts";
      figure.parentNode.insertBefore(grid, figure);
      grid.appendChild(figure);
    }
  });
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var charts = [];
  function draw() {
    charts.forEach(function (chart) { chart.dispose(); });
    charts = Array.from(document.querySelectorAll("figure.chart")).map(function (figure) {
      var chart = echarts.init(figure.querySelector(".canvas"), dark.matches ? "dark" : null, { renderer: "canvas" });
      var option = JSON.parse(figure.querySelector("script").textContent);
      option.backgroundColor = "transparent";
      option.animation = false;
      chart.setOption(option);
      return chart;
    });
  }
  draw();
  dark.addEventListener("change", draw);
  window.addEventListener("resize", function () { charts.forEach(function (chart) { chart.resize(); }); });
})();
