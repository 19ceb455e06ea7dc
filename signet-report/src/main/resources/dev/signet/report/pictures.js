"use strict";
(function () {
  var MOST = 32;
  function element(tag, text, attributes) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    Object.keys(attributes || {}).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    return made;
  }
  /** Pictures that are zoomed and moved together: scale, and the left upper corner in parts of the picture. */
  function together(figure) {
    var panes = figure.querySelector(".panes");
    var at = { scale: 1, x: 0, y: 0 };
    var output = element("output", "1x");
    function show() {
      var most = 1 - 1 / at.scale;
      at.x = Math.min(Math.max(at.x, 0), most);
      at.y = Math.min(Math.max(at.y, 0), most);
      var move = "translate(" + -100 * at.x * at.scale + "%," + -100 * at.y * at.scale + "%) scale(" + at.scale + ")";
      figure.querySelectorAll(".view > img, .view > canvas").forEach(function (picture) { picture.style.transform = move; });
      panes.classList.toggle("zoomed", at.scale > 1);
      output.textContent = +at.scale.toFixed(1) + "x";
    }
    /** Zooms so that the point (u, v) of the view keeps its place. */
    function zoom(factor, u, v) {
      var scale = Math.min(Math.max(at.scale * factor, 1), MOST);
      at.x += u / at.scale - u / scale;
      at.y += v / at.scale - v / scale;
      at.scale = scale;
      show();
    }
    function move(dx, dy) {
      at.x -= dx / at.scale;
      at.y -= dy / at.scale;
      show();
    }
    function reset() {
      at = { scale: 1, x: 0, y: 0 };
      show();
    }
    function place(event, view) {
      var box = view.getBoundingClientRect();
      return { u: (event.clientX - box.left) / box.width, v: (event.clientY - box.top) / box.height };
    }
    panes.addEventListener("wheel", function (event) {
      var view = event.target.closest(".view");
      // A plain wheel scrolls the page.
      if (!view || !(event.ctrlKey || event.metaKey)) { return; }
      event.preventDefault();
      var p = place(event, view);
      zoom(Math.exp(-event.deltaY / 300), p.u, p.v);
    }, { passive: false });
    panes.addEventListener("dblclick", function (event) {
      var view = event.target.closest(".view");
      if (!view) { return; }
      var p = place(event, view);
      zoom(event.shiftKey ? 0.5 : 2, p.u, p.v);
    });
    var fingers = new Map();
    panes.addEventListener("pointerdown", function (event) {
      var view = event.target.closest(".view");
      if (!view) { return; }
      fingers.set(event.pointerId, place(event, view));
      if (at.scale > 1 || fingers.size > 1) { view.setPointerCapture(event.pointerId); }
    });
    panes.addEventListener("pointermove", function (event) {
      var view = event.target.closest(".view");
      var before = fingers.get(event.pointerId);
      if (!view || !before) { return; }
      var now = place(event, view);
      if (fingers.size === 2) {
        var other = null;
        fingers.forEach(function (finger, id) { if (id !== event.pointerId) { other = finger; } });
        var far = Math.hypot(before.u - other.u, before.v - other.v);
        if (far > 0) { zoom(Math.hypot(now.u - other.u, now.v - other.v) / far, (now.u + other.u) / 2, (now.v + other.v) / 2); }
        move((now.u - before.u) / 2, (now.v - before.v) / 2);
      } else {
        move(now.u - before.u, now.v - before.v);
      }
      fingers.set(event.pointerId, now);
    });
    ["pointerup", "pointercancel", "lostpointercapture"].forEach(function (name) {
      panes.addEventListener(name, function (event) { fingers.delete(event.pointerId); });
    });
    panes.tabIndex = 0;
    panes.setAttribute("role", "group");
    panes.setAttribute("aria-label", "Pictures side by side: plus and minus zoom, arrow keys move, 0 shows all");
    panes.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey) { return; }
      var moves = { ArrowLeft: [.15, 0], ArrowRight: [-.15, 0], ArrowUp: [0, .15], ArrowDown: [0, -.15] };
      if (event.key === "+" || event.key === "=") { zoom(1.5, .5, .5); }
      else if (event.key === "-") { zoom(1 / 1.5, .5, .5); }
      else if (event.key === "0") { reset(); }
      else if (moves[event.key] && at.scale > 1) { move(moves[event.key][0], moves[event.key][1]); }
      else { return; }
      event.preventDefault();
    });
    var tools = element("div", "", { "class": "tools" });
    [["\u2212", "Zoom out", function () { zoom(1 / 2, .5, .5); }],
      ["+", "Zoom in", function () { zoom(2, .5, .5); }],
      ["All", "Show the whole pictures", reset]].forEach(function (tool) {
      var button = element("button", tool[0], { type: "button", "aria-label": tool[1], title: tool[1] });
      button.addEventListener("click", tool[2]);
      tools.appendChild(button);
    });
    tools.appendChild(output);
    tools.appendChild(element("span", "double click, pinch or Ctrl + wheel zooms, dragging moves"));
    figure.insertBefore(tools, panes);
    show();
    return { tools: tools, show: show };
  }
  function pixels(image) {
    var canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    var context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }
  /** A picture of the difference from the original under each variant, all with the same gain. */
  function differences(figure, tools) {
    var original = figure.querySelector(".pane[data-kind=original] img");
    var panes = Array.from(figure.querySelectorAll(".pane[data-kind=variant]"));
    if (!panes.length) { return; }
    var base = pixels(original).data;
    var differences = panes.map(function (pane) {
      var image = pane.querySelector("img");
      var data = pixels(image);
      for (var i = 0; i < data.data.length; i++) {
        data.data[i] = i % 4 === 3 ? 255 : Math.abs(data.data[i] - base[i]);
      }
      var view = element("div", "", { "class": "view difference" });
      var canvas = element("canvas", "", { role: "img" });
      canvas.width = data.width;
      canvas.height = data.height;
      var tag = element("span", "", { "class": "tag" });
      view.appendChild(canvas);
      view.appendChild(tag);
      pane.insertBefore(view, pane.querySelector("p"));
      return { data: data, canvas: canvas, tag: tag, label: image.alt };
    });
    // The gain that makes the largest of all but one in a hundred differences bright.
    var counts = new Array(256).fill(0), all = 0;
    differences.forEach(function (one) {
      for (var i = 0; i < one.data.data.length; i += 4) {
        counts[Math.max(one.data.data[i], one.data.data[i + 1], one.data.data[i + 2])]++;
        all++;
      }
    });
    var large = 255, seen = 0;
    while (large > 1 && (seen += counts[large]) < all / 100) { large--; }
    var gains = [1, 2, 4, 8, 16, 32];
    var usual = gains.filter(function (gain) { return gain * large <= 320; }).pop() || 1;
    function paint(gain) {
      differences.forEach(function (one) {
        var bright = new ImageData(one.data.width, one.data.height);
        for (var i = 0; i < bright.data.length; i++) {
          bright.data[i] = i % 4 === 3 ? 255 : one.data.data[i] * gain;
        }
        one.canvas.getContext("2d").putImageData(bright, 0, 0);
        one.tag.textContent = "difference x " + gain;
        one.canvas.setAttribute("aria-label", one.label + ": difference from the original, times " + gain);
      });
    }
    var label = element("label", "Differences");
    var select = element("select");
    gains.forEach(function (gain) {
      var option = element("option", "x " + gain, { value: gain });
      option.selected = gain === usual;
      select.appendChild(option);
    });
    select.addEventListener("change", function () { paint(+select.value); });
    label.appendChild(select);
    tools.appendChild(label);
    paint(usual);
  }
  /** The original and the variant that is closest to it, large, with a line between them; the others at a choice. */
  function beside(figure) {
    var original = figure.querySelector(".pane[data-kind=original] img");
    var variants = Array.from(figure.querySelectorAll(".pane[data-kind=variant]"));
    if (!original || !variants.length) { return; }
    var winner = figure.querySelector(".pane[data-winner]") || variants[0];
    var box = element("figure", "", { "class": "compare" });
    var view = element("div", "", { "class": "compare-view" });
    var after = element("img", "", { "class": "after", draggable: "false" });
    var tag = element("span", "", { "class": "compare-tag right" });
    function take(pane) {
      var image = pane.querySelector("img");
      after.src = image.src;
      after.alt = image.alt + ", on top of the original's";
      tag.textContent = pane.querySelector("b").textContent;
    }
    view.appendChild(element("img", "", { "class": "before", draggable: "false", src: original.src, alt: original.alt + ", beneath" }));
    view.appendChild(after);
    view.appendChild(element("span", "original", { "class": "compare-tag left" }));
    view.appendChild(tag);
    view.appendChild(element("div", "", { "class": "compare-line" }));
    box.appendChild(view);
    box.appendChild(element("input", "", { type: "range", min: 0, max: 100, value: 50, "aria-label": "Line between the original and the quantized network's picture" }));
    if (variants.length > 1) {
      var select = element("select", "", { "aria-label": "Beside the original" });
      variants.forEach(function (pane, i) {
        var option = element("option", pane.querySelector("b").textContent, { value: i });
        option.selected = pane === winner;
        select.appendChild(option);
      });
      select.addEventListener("change", function () { take(variants[+select.value]); });
      box.appendChild(select);
    }
    take(winner);
    figure.insertBefore(box, figure.querySelector("figcaption").nextSibling);
    window.prepareComparison(box);
  }
  document.querySelectorAll("figure.pictures").forEach(function (figure) {
    beside(figure);
    var common = together(figure);
    Promise.all(Array.from(figure.querySelectorAll("img")).map(function (image) { return image.decode(); }))
      .then(function () { differences(figure, common.tools); common.show(); });
  });
})();
