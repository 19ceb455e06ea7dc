"use strict";
// Addresses are relative: the page's own one ends in the token. Names come from anybody's files and are set as text only.
(function () {
  var limits = { modelBytes: 0, pictureBytes: 0 };
  var model = null;
  var chosen = null;
  var touched = false;
  var picture = 0;
  var job = null;
  var events = null;
  var orders = 0;
  var edited = new Map();
  var chart = null;
  var shown = 0;

  function $(id) { return document.getElementById(id); }
  function element(tag, text, attributes) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    Object.keys(attributes || {}).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    return made;
  }
  function size(bytes) {
    var units = ["bytes", "kB", "MB", "GB"], unit = 0, value = bytes;
    while (value >= 999.5 && unit < 3) { value /= 1000; unit++; }
    return (unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)) + " " + units[unit];
  }
  function complain(text) {
    $("message").textContent = text;
    $("message").hidden = !text;
  }
  function ask(path, options) {
    return fetch(path, options).then(function (response) {
      return response.json().catch(function () { return { error: "the program answered " + response.status }; })
        .then(function (body) {
          if (!response.ok) { throw new Error(body.error); }
          return body;
        });
    }, function () { throw new Error("the program does not answer any more: is signet studio still running?"); });
  }
  function failed(error) { complain(error.message); }
  function path(rest) { return "models/" + model.id + (rest || ""); }

  // ---- models and pictures come in

  function isPicture(file) { return /\.(png|jpe?g|bmp|gif|tiff?)$/i.test(file.name) || /^image\//.test(file.type); }
  function send(address, file, most) {
    if (file.size > most) {
      return Promise.reject(new Error(file.name + " has " + size(file.size) + "; at most " + size(most) + " are taken."));
    }
    return ask(address + "?name=" + encodeURIComponent(file.name), { method: "POST", body: file });
  }
  function take(files) {
    complain("");
    var pictures = files.filter(isPicture);
    var models = files.filter(function (file) { return !isPicture(file); });
    var start = Promise.resolve(null);
    if (models.length) {
      say("reading " + models[0].name);
      start = send("models", models[0], limits.modelBytes);
    } else if (!model) {
      complain("Give a model, too: a file that ends in .onnx.");
      return;
    }
    start.then(function (opened) {
      if (opened) { open(opened); }
      return pictures.reduce(function (before, file) {
        return before.then(function () { return send(path("/pictures"), file, limits.pictureBytes); })
          .then(function (view) {
            model = view;
            picture = view.pictures.length - 1;
          });
      }, Promise.resolve());
    }).then(function () {
      if (pictures.length) { films(); look(); }
      if (models.length && model) { work({}); }
    }).catch(function (error) {
      if (!job) { $("progress").hidden = true; }
      failed(error);
    });
  }
  function begin(address) {
    complain("");
    ask(address, { method: "POST" }).then(function (opened) { open(opened); work({}); }).catch(failed);
  }
  function open(view) {
    quit();
    model = view;
    chosen = null;
    touched = false;
    picture = 0;
    edited.clear();
    location.hash = view.id;
    $("welcome").hidden = true;
    $("bench").hidden = false;
    document.title = view.name + " \u2013 Signet studio";
    $("model").textContent = view.name;
    var weights = view.layers.filter(function (layer) { return !layer.kept; }).length;
    $("facts").textContent = size(view.bytes) + ", " + weights + " weight tensors, opset " + view.opset;
    films();
    layers();
    update();
  }
  function home() {
    quit();
    model = null;
    location.hash = "";
    document.title = "Signet studio";
    complain("");
    $("bench").hidden = true;
    $("welcome").hidden = false;
    $("file").value = "";
    $("file").focus();
  }

  // ---- work

  function say(text) {
    $("progress").hidden = false;
    $("phase").textContent = text;
    $("clock").textContent = "";
    $("bar").removeAttribute("value");
  }
  function quit() {
    orders++;
    if (events) { events.close(); }
    events = null;
    if (job) { fetch("jobs/" + job, { method: "DELETE" }).catch(function () { /* it ends by itself */ }); }
    job = null;
    $("progress").hidden = true;
  }
  /** Asks for versions; `then` gets the word of the first one when all are there. */
  function work(order, then) {
    var own = ++orders;
    say("waiting");
    ask(path("/jobs"), { method: "POST", body: JSON.stringify(order) })
      .then(function (begun) {
        // Somebody thought better of it meanwhile.
        if (own !== orders) { fetch("jobs/" + begun.job, { method: "DELETE" }); return; }
        follow(begun.job, function () { if (then) { then(begun.version); } });
      })
      .catch(function (error) { quit(); failed(error); });
  }
  function follow(id, then) {
    var seen = 0;
    job = id;
    events = new EventSource("jobs/" + id);
    events.onmessage = function (event) {
      var now = JSON.parse(event.data);
      if (now.id !== job) { return; }
      progress(now);
      var ended = ["DONE", "FAILED", "CANCELLED"].indexOf(now.state) >= 0;
      if (ended) {
        events.close();
        events = null;
        job = null;
        $("progress").hidden = true;
      }
      if (now.revision !== seen) {
        seen = now.revision;
        refresh().then(function () {
          if (now.state === "DONE") { then(); }
          if (now.state === "FAILED") { complain(now.message); }
        }).catch(failed);
      }
    };
  }
  function progress(now) {
    $("progress").hidden = false;
    var of = now.steps > 1 ? "version " + Math.min(now.step + 1, now.steps) + " of " + now.steps + ": " : "";
    $("phase").textContent = now.state === "WAITING" ? now.phase : of + now.phase;
    $("clock").textContent = Math.floor(now.seconds / 60) + ":" + String(Math.floor(now.seconds % 60)).padStart(2, "0");
    $("bar").value = (now.step + now.share) / Math.max(1, now.steps);
  }
  function refresh() {
    var id = model.id;
    return ask(path()).then(function (view) {
      if (!model || model.id !== id) { return; }
      model = view;
      update();
    });
  }

  // ---- the dial, the figures, the frontier

  function stops() { return model.versions.slice().sort(function (a, b) { return a.bytes - b.bytes; }); }
  function version() { return model.versions.find(function (one) { return one.id === chosen; }) || null; }
  function choose(id, byHand) {
    touched = touched || byHand;
    if (chosen === id) { return; }
    chosen = id;
    edited.clear();
    update();
  }
  function update() {
    var all = stops();
    if (all.length && (!version() || (!touched && chosen !== "usual" && all.some(function (one) { return one.id === "usual"; })))) {
      var usual = all.find(function (one) { return one.id === "usual"; });
      chosen = (usual || all[0]).id;
    }
    var now = version();
    var dial = $("dial");
    dial.disabled = !all.length;
    dial.max = Math.max(0, all.length - 1);
    dial.value = now ? all.indexOf(now) : 0;
    $("advice").hidden = true;
    $("download").setAttribute("aria-disabled", String(!now));
    if (now) {
      dial.setAttribute("aria-valuetext", now.label + ", " + size(now.bytes) + (now.snr === null ? "" : ", " + now.snr.toFixed(1) + " dB"));
      $("size").textContent = size(now.bytes) + " ";
      $("size").appendChild(element("small", "of " + size(model.bytes) + ", " + (model.bytes / now.bytes).toFixed(1) + "x smaller"));
      $("quality").textContent = "";
      $("quality").appendChild(element("span", "", { "class": "level " + now.level }));
      var words = { good: "small differences", fair: "differences will show", poor: "it may not do its work any more" };
      $("quality").append(now.label + ", verified. " + (now.snr === null ? "Its outputs could not be compared."
        : now.snr.toFixed(1) + " dB above the noise: " + words[now.level] + "."));
      $("advice").textContent = now.advice ? "Better: " + now.advice + "." : "";
      $("advice").hidden = !now.advice;
      $("download").href = path("/versions/" + now.id);
      $("download").setAttribute("download", now.file);
      $("download").textContent = "Download " + now.file;
      $("command").textContent = now.command;
    } else {
      $("size").textContent = "\u2026";
      $("quality").textContent = job ? "The first version is being made." : "";
      $("download").removeAttribute("href");
      $("download").textContent = "Download";
      $("command").textContent = "";
    }
    frontier(all, now);
    layerValues(now);
    look();
  }
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  /** Steps of 1, 2 or 5 times a power of ten. */
  function step(range, count) {
    var power = Math.pow(10, Math.floor(Math.log10(range / count)));
    return [1, 2, 5, 10].map(function (n) { return n * power; }).find(function (n) { return range / n <= count; });
  }
  function frontier(all, now) {
    var points = all.filter(function (one) { return one.snr !== null; });
    $("frontier").hidden = !points.length;
    if (!points.length || !window.echarts) { return; }
    if (!chart) {
      chart = echarts.init($("frontier"), null, { renderer: "svg" });
      new ResizeObserver(function () { chart.resize(); }).observe($("frontier"));
      chart.on("click", function (event) { if (event.data && event.data.id) { choose(event.data.id, true); } });
      // A click beside a point means the one that is nearest.
      chart.getZr().on("click", function (event) {
        if (event.target) { return; }
        var nearest = stops().filter(function (one) { return one.snr !== null; }).map(function (one) {
          var at = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [one.bytes, one.snr]);
          return { id: one.id, far: Math.hypot(at[0] - event.offsetX, at[1] - event.offsetY) };
        }).sort(function (a, b) { return a.far - b.far; })[0];
        if (nearest && nearest.far < 40) { choose(nearest.id, true); }
      });
    }
    var most = 1.06 * Math.max(model.fp16Bytes, all[all.length - 1].bytes);
    function data(list) {
      return list.map(function (one) {
        var here = now && one.id === now.id;
        return { value: [one.bytes, +one.snr.toFixed(1)], id: one.id, name: one.label, symbolSize: here ? 17 : 9,
          label: { show: true, position: one.id.length === 1 ? "top" : "bottom", distance: 6, fontSize: 11, color: colour(here ? "--ink" : "--quiet"), fontWeight: here ? "bold" : "normal",
            formatter: one.id === "usual" ? "choice" : one.id.length === 1 ? one.id : "hand" },
          itemStyle: { borderColor: here ? colour("--ink") : colour("--card"), borderWidth: here ? 2.5 : 1 } };
      });
    }
    function mark(bytes, name) {
      return { xAxis: bytes, label: { formatter: name + "\n" + size(bytes), color: colour("--quiet"), fontSize: 11, lineHeight: 14, position: "end" } };
    }
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "inherit" },
      grid: { left: 42, right: 18, top: 48, bottom: 40 },
      tooltip: { trigger: "item", confine: true, backgroundColor: colour("--card"), borderColor: colour("--line"), textStyle: { color: colour("--ink") },
        formatter: function (point) { return point.data && point.data.id ? point.name.replace(/[<&]/g, "") + ": " + size(point.value[0]) + ", " + point.value[1] + " dB" : ""; } },
      xAxis: { type: "value", min: 0, max: most, interval: step(most, 5), splitLine: { show: false }, axisLine: { lineStyle: { color: colour("--line") } },
        axisLabel: { color: colour("--quiet"), formatter: size, hideOverlap: true, showMaxLabel: false } },
      yAxis: { type: "value", name: "dB", scale: false, nameTextStyle: { color: colour("--quiet"), align: "right" }, splitLine: { lineStyle: { color: colour("--line") } },
        axisLabel: { color: colour("--quiet") } },
      series: [
        { name: "bits", type: "line", data: data(points.filter(function (one) { return /^[1-8]$/.test(one.id); })), color: colour("--c1"), symbol: "circle", lineStyle: { width: 2 },
          markLine: { symbol: "none", silent: true, lineStyle: { color: colour("--muted"), type: "dashed" }, data: [mark(model.int8Bytes, "int8"), mark(model.fp16Bytes, "fp16")] } },
        { name: "choice", type: "scatter", symbol: "diamond", color: colour("--c3"), z: 4, data: data(points.filter(function (one) { return one.id === "usual"; })) },
        { name: "hand", type: "scatter", symbol: "triangle", color: colour("--c2"), z: 4, data: data(points.filter(function (one) { return one.id.length > 5; })) }
      ]
    }, true);
    $("frontier").setAttribute("aria-label", "Bytes against quality: " + points.map(function (one) {
      return one.label + " " + size(one.bytes) + " " + one.snr.toFixed(1) + " dB";
    }).join("; "));
  }

  // ---- pictures

  function films() {
    var row = $("films");
    row.textContent = "";
    model.pictures.forEach(function (name, i) {
      var button = element("button", "", { type: "button", "aria-pressed": String(i === picture), title: name });
      button.appendChild(element("img", "", { src: path("/pictures/" + i), alt: name }));
      button.addEventListener("click", function () {
        picture = i;
        Array.from(row.querySelectorAll("button")).forEach(function (other, j) { other.setAttribute("aria-pressed", String(j === i)); });
        look();
      });
      row.appendChild(button);
    });
    var add = element("label", "+", { "class": "add", title: "Add pictures" });
    var input = element("input", "", { type: "file", accept: "image/*", multiple: "", "aria-label": "Add pictures", id: "add" });
    input.addEventListener("change", function () { take(Array.from(input.files)); });
    add.appendChild(input);
    row.appendChild(add);
  }
  function look() {
    if (!model.pictures.length) { return; }
    var turn = ++shown;
    var id = model.id, one = version(), at = picture;
    if (!$("view").firstChild) { $("view").appendChild(element("p", "Looking at the picture \u2026", { "class": "waiting" })); }
    var original = ask(path("/sights/float/" + at));
    var small = one ? ask(path("/sights/" + one.id + "/" + at)) : Promise.resolve(null);
    Promise.all([original, small]).then(function (both) {
      if (turn !== shown || !model || model.id !== id) { return; }
      draw(both[0], both[1], one, at);
    }).catch(failed);
  }
  function draw(original, small, one, at) {
    var view = $("view");
    var note = "";
    var label = one ? one.label : "";
    var source = path("/pictures/" + at);
    if (original.kind === "drawn" || original.kind === "parts") {
      var before = path("/sights/float/" + at + ".png");
      var after = one ? path("/sights/" + one.id + "/" + at + ".png") : before;
      var figure = view.querySelector("figure.compare");
      if (!figure) {
        view.textContent = "";
        figure = comparison();
        view.appendChild(figure);
        window.prepareComparison(figure);
      }
      pictureOf(figure.querySelector(".before"), before, "made by the float model");
      pictureOf(figure.querySelector(".after"), after, one ? "made by the version " + label : "");
      figure.querySelector(".right").textContent = one ? label : "\u2026";
      note = small && small.decibels !== null ? "This picture: " + (small.decibels >= 99.9 ? "no difference at all." : small.decibels.toFixed(1) + " dB from the float model's.") : "";
    } else if (original.kind === "classes") {
      view.textContent = "";
      view.appendChild(bars(original, small, source, label));
      note = small ? (small.classes[0].name === original.classes[0].name ? "Both see the same: " + small.classes[0].name + "."
        : "Float sees " + original.classes[0].name + ", the small one " + small.classes[0].name + ".") : "";
    } else if (original.kind === "things") {
      view.textContent = "";
      view.appendChild(legend(label || "small"));
      view.appendChild(boxes(original, small, source));
      note = original.boxes.length + " found by float" + (small ? ", " + small.boxes.length + " by the small one." : ".");
    } else {
      view.textContent = "";
      view.appendChild(element("p", "This network's outputs can not be shown as pictures. Its quality in decibels stands beside. (" + original.why + ")", { "class": "waiting" }));
    }
    $("view-note").textContent = note;
  }
  function pictureOf(image, address, alt) {
    image.alt = alt;
    if (image.getAttribute("src") !== address) { image.src = address; }
  }
  function comparison() {
    var figure = element("figure", "", { "class": "compare" });
    var pictures = element("div", "", { "class": "compare-view" });
    pictures.appendChild(element("img", "", { "class": "before", alt: "", draggable: "false" }));
    pictures.appendChild(element("img", "", { "class": "after", alt: "", draggable: "false" }));
    pictures.appendChild(element("span", "float", { "class": "compare-tag left" }));
    pictures.appendChild(element("span", "", { "class": "compare-tag right" }));
    pictures.appendChild(element("div", "", { "class": "compare-line" }));
    figure.appendChild(pictures);
    figure.appendChild(element("input", "", { type: "range", min: 0, max: 100, value: 50, "aria-label": "Line between float and small" }));
    return figure;
  }
  function legend(label) {
    var row = element("div", "", { "class": "legend" });
    row.appendChild(element("span", "float"));
    row.appendChild(element("span", label, { "class": "small" }));
    return row;
  }
  function bars(original, small, source, label) {
    var pair = element("div", "", { "class": "pair" });
    pair.appendChild(element("img", "", { src: source, alt: model.pictures[picture] }));
    var right = element("div");
    right.appendChild(legend(label || "small"));
    var list = element("div", "", { "class": "bars" });
    function probability(sight, name) {
      var found = sight && sight.classes.find(function (one) { return one.name === name; });
      return found ? found.probability : 0;
    }
    function line(value, kind) {
      var row = element("div", "", { "class": "line " + kind });
      var track = element("span");
      var bar = element("i");
      bar.style.width = 100 * value + "%";
      track.appendChild(bar);
      row.appendChild(track);
      row.appendChild(element("span", (100 * value).toFixed(1) + " %"));
      return row;
    }
    original.classes.forEach(function (one) {
      var row = element("div", "", { "class": "row" });
      row.appendChild(element("b", one.name));
      row.appendChild(line(one.probability, "float"));
      if (small) { row.appendChild(line(probability(small, one.name), "small")); }
      list.appendChild(row);
    });
    right.appendChild(list);
    pair.appendChild(right);
    return pair;
  }
  function boxes(original, small, source) {
    var found = element("div", "", { "class": "found" });
    found.appendChild(element("img", "", { src: source, alt: model.pictures[picture] }));
    [original, small].forEach(function (sight, i) {
      (sight ? sight.boxes : []).forEach(function (one) {
        var box = element("div", "", { "class": i ? "box small" : "box", title: (100 * one.score).toFixed(0) + " %" });
        box.style.left = 100 * one.left + "%";
        box.style.top = 100 * one.top + "%";
        box.style.width = 100 * (one.right - one.left) + "%";
        box.style.height = 100 * (one.bottom - one.top) + "%";
        found.appendChild(box);
      });
    });
    return found;
  }

  // ---- layers

  function layers() {
    var body = $("layers").tBodies[0];
    body.textContent = "";
    model.layers.forEach(function (layer, i) {
      var row = body.insertRow();
      row.dataset.name = layer.name;
      var name = row.insertCell();
      name.textContent = layer.name;
      name.appendChild(element("small", layer.operators.join(", ")));
      row.insertCell().textContent = layer.shape.join(" \u00d7 ");
      var map = row.insertCell();
      if (layer.heat) {
        map.appendChild(element("img", "", { "class": "map", src: path("/heat/" + i), alt: "size of the weights of " + layer.name, loading: "lazy" }));
      }
      row.insertCell().textContent = layer.bytes.toLocaleString("en");
      row.insertCell();
      row.cells[3].className = row.cells[4].className = "end";
      row.insertCell();
      var bits = row.insertCell();
      if (layer.kept) {
        bits.appendChild(element("small", "kept: " + layer.kept));
        return;
      }
      var select = element("select", "", { "aria-label": "Bits of " + layer.name });
      select.appendChild(element("option", "float", { value: "0" }));
      for (var b = 1; b <= model.mostBits; b++) { select.appendChild(element("option", String(b), { value: String(b) })); }
      select.value = "3";
      select.addEventListener("change", function () {
        edited.set(layer.name, +select.value);
        $("make").disabled = false;
      });
      bits.appendChild(select);
    });
  }
  function layerValues(now) {
    var byName = new Map();
    (now ? now.weights : []).forEach(function (weight) { byName.set(weight.name, weight); });
    Array.from($("layers").tBodies[0].rows).forEach(function (row) {
      var weight = byName.get(row.dataset.name);
      row.cells[4].textContent = weight ? weight.bytes.toLocaleString("en") : "";
      var snr = row.cells[5];
      snr.textContent = "";
      if (weight && weight.snr !== null) {
        var box = element("div", "", { "class": "snr" });
        var bar = element("i");
        bar.style.width = Math.max(2, Math.min(60, 1.5 * weight.snr)) + "px";
        box.appendChild(bar);
        box.append(weight.snr.toFixed(1) + " dB");
        snr.appendChild(box);
      }
      var select = row.querySelector("select");
      if (select && weight && !edited.has(row.dataset.name)) { select.value = String(weight.bits); }
    });
    $("make").disabled = !edited.size;
  }
  function make() {
    var order = {};
    $("layers").querySelectorAll("tbody tr").forEach(function (row) {
      var select = row.querySelector("select");
      if (select) { order[row.dataset.name] = +select.value; }
    });
    quit();
    edited.clear();
    work({ layers: order }, function (id) {
      choose(id, true);
      // What the dial still lacks.
      work({});
    });
  }

  // ---- what people do

  $("file").addEventListener("change", function () { take(Array.from($("file").files)); });
  ["dragenter", "dragover"].forEach(function (name) {
    document.addEventListener(name, function (event) { event.preventDefault(); document.body.classList.add("over"); });
  });
  ["dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) { event.preventDefault(); document.body.classList.remove("over"); });
  });
  document.addEventListener("drop", function (event) {
    if (event.dataTransfer && event.dataTransfer.files.length) { take(Array.from(event.dataTransfer.files)); }
  });
  $("dial").addEventListener("input", function () { choose(stops()[+$("dial").value].id, true); });
  $("cancel").addEventListener("click", function () {
    quit();
    if (model) { update(); }
  });
  $("other").addEventListener("click", home);
  $("make").addEventListener("click", make);
  $("copy").addEventListener("click", function () {
    function done() {
      $("copy").textContent = "Copied";
      $("copied").textContent = "The command is copied.";
      setTimeout(function () { $("copy").textContent = "Copy"; }, 1500);
    }
    navigator.clipboard.writeText($("command").textContent).then(done, function () {
      getSelection().selectAllChildren($("command"));
      complain("The browser does not let pages copy: the command is selected, press Ctrl+C.");
    });
  });
  document.addEventListener("themechange", function () { if (model) { frontier(stops(), version()); } });

  ask("start").then(function (start) {
    limits = start;
    $("version").textContent = start.version;
    start.builtIn.forEach(function (one) {
      var button = element("button", "", { type: "button", id: "builtin-" + one.id.toLowerCase() });
      var parts = one.text.split(", ");
      button.appendChild(element("b", parts[0].charAt(0).toUpperCase() + parts[0].slice(1)));
      button.appendChild(element("span", parts[1] || "ten classes"));
      button.addEventListener("click", function () { begin("models?builtin=" + encodeURIComponent(one.id)); });
      $("builtin").appendChild(button);
    });
    var known = /^#[0-9a-f-]{36}$/.test(location.hash) ? location.hash.slice(1) : start.model;
    if (!known) { return; }
    return ask("models/" + known).then(function (view) {
      open(view);
      if (view.job) { follow(view.job, function () {}); } else { work({}); }
    }, function () { location.hash = ""; });
  }).catch(failed);
})();
