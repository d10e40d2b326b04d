// Fits the map beside its table, keeps the labels of near pins apart, and names things for those who do not see them.
(function (map, told) {
  "use strict";
  var root = map.getContainer(), panel = document.querySelector(".panel");
  document.documentElement.lang = told.lang;
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", told.map);
  [["in", told.in], ["out", told.out]].forEach(function (way) {
    var button = root.querySelector(".leaflet-control-zoom-" + way[0]);
    button.title = way[1];
    button.setAttribute("aria-label", way[1]);
  });
  L.control.scale({ imperial: false }).addTo(map);
  function fit() {
    map.invalidateSize(false);
    var beside = getComputedStyle(panel).position === "absolute" ? panel.offsetWidth + 34 : 34;
    map.fitBounds(told.bounds, { paddingTopLeft: [44, 34], paddingBottomRight: [beside, 40], maxZoom: told.zoom,
      animate: false });
    map.eachLayer(function (layer) {
      if (layer instanceof L.Marker) { layer.getPopup().options.autoPanPaddingBottomRight = [beside, 40]; }
    });
  }
  function spread() {
    var pins = [], icons = root.querySelectorAll(".leaflet-marker-icon .pin");
    map.eachLayer(function (layer) {
      if (!(layer instanceof L.Marker)) { return; }
      var element = layer.getElement().querySelector(".pin"), at = map.latLngToLayerPoint(layer.getLatLng());
      pins.push({ element: element, at: at, x: at.x, y: at.y, half: element.querySelector("b").offsetWidth / 2 });
    });
    for (var round = 0; round < 60; round++) {
      for (var i = 0; i < pins.length; i++) { for (var j = i + 1; j < pins.length; j++) {
        var a = pins[i], b = pins[j], dx = b.x - a.x, dy = b.y - a.y, far = Math.hypot(dx, dy);
        var apart = Math.max(34, a.half + b.half + 4);
        if (far >= apart) { continue; }
        if (far < 0.5) { dx = 1; dy = 0.3 * (i - j); far = Math.hypot(dx, dy); }
        var push = (apart - Math.min(far, apart)) / 2 + 0.5;
        a.x -= dx / far * push; a.y -= dy / far * push; b.x += dx / far * push; b.y += dy / far * push;
      } }
    }
    pins.forEach(function (pin) {
      var x = Math.round(pin.x - pin.at.x), y = Math.round(pin.y - pin.at.y);
      var number = pin.element.querySelector("b"), line = pin.element.querySelector("line");
      number.style.left = x + "px"; number.style.top = y + "px";
      line.setAttribute("x2", x); line.setAttribute("y2", y);
      pin.element.classList.toggle("moved", x !== 0 || y !== 0);
    });
  }
  map.on("zoomend viewreset", spread);
  window.addEventListener("resize", function () { fit(); spread(); });
  fit();
  spread();
  window.requestAnimationFrame(function () { fit(); spread(); });
})
