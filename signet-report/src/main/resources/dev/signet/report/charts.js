"use strict";
(function () {
  var formats = {
    number: function (v) { return String(v); },
    count: function (v) { return v.toLocaleString("en"); },
    bytes: function (v) { return v >= 1e6 ? +(v / 1e6).toPrecision(3) + " MB" : v >= 1e3 ? +(v / 1e3).toPrecision(3) + " kB" : v + " B"; },
    percent: function (v) { return +v.toPrecision(4) + " %"; },
    points: function (v) { return +v.toFixed(2) + ""; },
    decibel: function (v) { return +v.toFixed(2) + " dB"; },
    similarity: function (v) { return +v.toFixed(4) + ""; },
    exponent: function (v) { return v === 0 ? "0" : v.toExponential(1).replace(".0", "").replace("+", ""); },
    short: function (v) { return Math.abs(v) >= 1e4 ? +(v / 1e3).toPrecision(3) + "k" : +v.toPrecision(3) + ""; }
  };
  function format(unit) {
    var how = formats[unit] || formats.short;
    return function (v) { return typeof v === "number" && isFinite(v) ? how(v) : Array.isArray(v) ? how(+v[1]) : v === "-" ? v : isFinite(+v) ? how(+v) : "-"; };
  }
  function colours() {
    var style = getComputedStyle(document.documentElement);
    function colour(name) { return style.getPropertyValue("--" + name).trim(); }
    return {
      ink: colour("ink"), quiet: colour("quiet"), line: colour("line"), card: colour("card"), muted: colour("muted"), accent: colour("accent"),
      series: [1, 2, 3, 4, 5, 6, 7, 8].map(function (i) { return colour("c" + i); })
    };
  }
  function look(c) {
    function axis(lines) {
      return {
        axisLine: { lineStyle: { color: c.line } }, axisTick: { lineStyle: { color: c.line } }, axisLabel: { color: c.quiet },
        nameTextStyle: { color: c.quiet }, splitLine: { show: lines, lineStyle: { color: c.line } }, minorSplitLine: { show: false }
      };
    }
    return {
      color: c.series, backgroundColor: "transparent", textStyle: { color: c.ink, fontFamily: getComputedStyle(document.body).fontFamily },
      title: { textStyle: { color: c.quiet, fontSize: 12, fontWeight: 600 } },
      legend: { textStyle: { color: c.quiet }, pageTextStyle: { color: c.quiet }, pageIconColor: c.accent, pageIconInactiveColor: c.muted, inactiveColor: c.muted },
      tooltip: { backgroundColor: c.card, borderColor: c.line, textStyle: { color: c.ink, fontSize: 12 }, axisPointer: { lineStyle: { color: c.muted }, crossStyle: { color: c.muted } } },
      categoryAxis: axis(false), valueAxis: axis(true), logAxis: axis(true),
      dataZoom: { borderColor: c.line, textStyle: { color: c.quiet }, fillerColor: "rgba(120,140,200,.18)", handleStyle: { color: c.accent } }
    };
  }
  function list(x) { return x === undefined ? [] : Array.isArray(x) ? x : [x]; }
  /** Gives data a look: what each role and unit means. */
  function dress(option, c, width) {
    if (option.legend) {
      // A legend that needs several rows gets them.
      var needed = option.series.reduce(function (sum, series) { return sum + 48 + 6.6 * series.name.length; }, 0);
      option.grid.top += 22 * (Math.ceil(needed / width) - 1) + 14;
    }
    list(option.xAxis).concat(list(option.yAxis)).forEach(function (axis) {
      axis.axisLabel = Object.assign({ hideOverlap: true }, axis.axisLabel);
      if (axis.unit) { axis.axisLabel.formatter = format(axis.unit); }
    });
    var next = 0;
    list(option.series).forEach(function (series) {
      series.tooltip = { valueFormatter: format(series.unit) };
      var colour = c.series[next % c.series.length];
      if (series.role === "muted") { colour = c.muted; } else if (series.role === "original") { colour = c.ink; } else { next++; }
      series.itemStyle = { color: colour };
      if (series.type === "line") {
        series.lineStyle = { color: colour, width: 2 };
        series.symbol = "circle";
        series.emphasis = { focus: option.series.length > 2 ? "series" : "none" };
      }
      if (series.areaStyle) {
        series.areaStyle = { color: colour, opacity: .28 };
        series.lineStyle.width = 1;
      }
      if (series.role === "curve" || series.role === "original") {
        var curve = series.role === "curve";
        series.symbol = curve ? "circle" : "diamond";
        series.symbolSize = curve ? 18 : 14;
        // The number of bits stands in the point.
        series.label = {
          show: true, position: curve ? "inside" : "top", fontSize: 11, fontWeight: curve ? 700 : 400, color: curve ? c.card : c.quiet,
          formatter: function (p) { return curve ? p.name.split(" ")[0] : p.name; }
        };
        series.tooltip.formatter = function (p) {
          var text = document.createElement("div");
          text.textContent = p.seriesName + (p.name && p.name !== p.seriesName ? ", " + p.name : "") + ": " + format(series.unit)(p.value[1]) + " at " + p.value[0].toLocaleString("en") + " bytes";
          return text.innerHTML;
        };
      }
      if (series.role === "outline") { series.lineStyle = { color: colour, width: 1.5 }; }
      if (series.markLine) {
        series.markLine.animation = false;
        series.markLine.label = { show: false };
        series.markLine.lineStyle = series.markLine.role === "level" ? { color: c.series[1], type: "solid", width: 1 } : { color: c.muted, type: "dashed", width: 1 };
      }
      if (series.markArea) { series.markArea.itemStyle = { color: c.series[1], opacity: .13 }; }
    });
    option.animation = false;
    return option;
  }
  var drawn = new Map();
  function draw(figure) {
    var before = drawn.get(figure);
    if (before) { before.dispose(); }
    var c = colours();
    var chart = echarts.init(figure.querySelector(".canvas"), look(c), { renderer: "canvas" });
    var views = figure.querySelectorAll("script[data-label]");
    chart.setOption(dress(JSON.parse(views[+figure.dataset.view || 0].textContent), c, chart.getWidth()));
    drawn.set(figure, chart);
  }
  var figures = Array.from(document.querySelectorAll("figure.chart"));
  figures.forEach(function (figure) {
    var views = Array.from(figure.querySelectorAll("script[data-label]"));
    if (views.length > 1) {
      var choices = document.createElement("div");
      choices.className = "choices";
      choices.setAttribute("role", "group");
      choices.setAttribute("aria-label", "What the chart shows");
      views.forEach(function (view, i) {
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = view.dataset.label;
        button.setAttribute("aria-pressed", String(i === 0));
        button.addEventListener("click", function () {
          choices.querySelectorAll("button").forEach(function (other) { other.setAttribute("aria-pressed", String(other === button)); });
          figure.dataset.view = i;
          draw(figure);
        });
        choices.appendChild(button);
      });
      figure.insertBefore(choices, figure.querySelector(".canvas"));
    }
  });
  // A page may have a hundred charts: each is drawn when it comes into sight.
  if (window.IntersectionObserver) {
    var sight = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) {
          sight.unobserve(entry.target);
          draw(entry.target);
        }
      });
    }, { rootMargin: "400px" });
    figures.forEach(function (figure) { sight.observe(figure); });
  } else {
    figures.forEach(draw);
  }
  var resize = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) {
      var chart = drawn.get(entry.target);
      if (chart) { chart.resize(); }
    });
  });
  figures.forEach(function (figure) { resize.observe(figure); });
  document.addEventListener("themechange", function () { Array.from(drawn.keys()).forEach(draw); });
  window.addEventListener("beforeprint", function () { figures.forEach(function (figure) { if (!drawn.has(figure)) { draw(figure); } }); });
})();
