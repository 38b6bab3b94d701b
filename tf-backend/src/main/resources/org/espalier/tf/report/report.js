"use strict";
(() => {
  const run = JSON.parse(document.getElementById("run").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const charts = [];

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // The unit of an axis fits its largest value: {scale, title}.
  function unit(axis) {
    const columns = [run.training[axis], run.heldOut[axis], run.baseline[axis]];
    const most = Math.max(0, ...columns.flat(), ...run.stages.map((stage) => stage.end[axis]));
    if (axis === "steps") {
      return { scale: 1, title: "Optimizer steps" };
    }
    if (axis === "seconds") {
      if (most >= 3 * 3600) return { scale: 3600, title: "Time (hours)" };
      if (most >= 300) return { scale: 60, title: "Time (minutes)" };
      return { scale: 1, title: "Time (seconds)" };
    }
    const prefixes = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
    const power = Math.min(prefixes.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(most, 1)) / 3)));
    return { scale: 1000 ** power, title: "Compute (" + prefixes[power] + "FLOP)" };
  }

  function points(curve, axis, scale) {
    return curve.loss.map((loss, i) => ({ x: curve[axis][i] / scale, y: loss }));
  }

  // Shaded bands behind the curves, a line where a stage starts and its label above the plot.
  const stageBands = {
    id: "stageBands",
    beforeDatasetsDraw(chart, _args, { axis, scale }) {
      const { ctx, chartArea: area, scales: { x } } = chart;
      ctx.save();
      ctx.font = "12px " + Chart.defaults.font.family;
      ctx.textBaseline = "bottom";
      const clamp = (pixel) => Math.min(area.right, Math.max(area.left, pixel));
      const bands = run.stages.map((stage, i) => {
        const next = run.stages[i + 1];
        const left = clamp(x.getPixelForValue(stage.start[axis] / scale));
        const right = clamp(x.getPixelForValue((next ? next.start : stage.end)[axis] / scale));
        const blocks = stage.blocks + (stage.blocks === 1 ? " block" : " blocks");
        const texts = ["Stage " + stage.stage + " · " + blocks, blocks, String(stage.blocks)];
        const room = (next ? right : area.right) - left - 6;
        return { left, right, texts, fits: (form) => ctx.measureText(texts[form]).width <= room };
      });
      // One form of label for all bands, but for those too narrow for any but the shortest.
      const broad = bands.filter((band) => band.right - band.left > 72);
      const common = [0, 1].find((candidate) => broad.every((band) => band.fits(candidate))) ?? 2;
      bands.forEach(({ left, right, texts, fits }, i) => {
        ctx.fillStyle = color(i % 2 ? "band-b" : "band-a");
        ctx.fillRect(left, area.top, right - left, area.bottom - area.top);
        if (i > 0) {
          ctx.strokeStyle = color("soft");
          ctx.globalAlpha = 0.5;
          ctx.setLineDash([4, 4]);
          ctx.beginPath();
          ctx.moveTo(left, area.top);
          ctx.lineTo(left, area.bottom);
          ctx.stroke();
          ctx.setLineDash([]);
          ctx.globalAlpha = 1;
        }
        const form = fits(common) ? common : 2;
        if (fits(form)) {
          ctx.fillStyle = color("soft");
          ctx.fillText(texts[form], left + 3, area.top - 4);
        }
      });
      ctx.restore();
    },
  };

  function draw(canvas) {
    const axis = canvas.dataset.axis;
    const { scale, title } = unit(axis);
    const heldOut = points(run.heldOut, axis, scale);
    const training = points(run.training, axis, scale);
    const baseline = points(run.baseline, axis, scale);
    const few = heldOut.length <= 40;
    const starts = [...run.stages.slice(0, 1).map((stage) => stage.start[axis] / scale), ...baseline.slice(0, 1).map((point) => point.x)];
    const begin = starts.length ? Math.min(...starts) : 0;
    const ends = [...heldOut, ...training, ...baseline].map((point) => point.x);
    const most = Math.max(begin, ...ends, ...run.stages.map((stage) => stage.end[axis] / scale));
    const tick = (value) => value.toLocaleString("en", { maximumFractionDigits: 3 });
    return new Chart(canvas, {
      type: "line",
      plugins: [stageBands],
      data: {
        datasets: [
          {
            label: "held-out",
            data: heldOut,
            borderColor: color("held-out"),
            backgroundColor: color("held-out"),
            borderWidth: 2.25,
            clip: 6,
            pointRadius: few ? 3 : 0,
            pointHoverRadius: 5,
            order: 0,
          },
          {
            label: "held-out, from scratch",
            data: baseline,
            borderColor: color("baseline"),
            backgroundColor: color("baseline"),
            borderWidth: 1.75,
            borderDash: [6, 4],
            clip: 6,
            pointRadius: 0,
            pointHoverRadius: 5,
            order: 0,
          },
          {
            label: "training",
            data: training,
            borderColor: color("training"),
            backgroundColor: color("training"),
            borderWidth: 1,
            clip: 2,
            pointRadius: training.length <= 1 ? 2 : 0,
            pointHoverRadius: 3,
            order: 1,
          },
        ],
      },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        parsing: false,
        normalized: true,
        layout: { padding: { top: 20, right: 8 } },
        interaction: { mode: "nearest", axis: "x", intersect: false },
        plugins: {
          legend: { display: false },
          stageBands: { axis, scale },
          tooltip: {
            callbacks: {
              title: (items) => (items.length ? title + ": " + tick(items[0].parsed.x) : ""),
              label: (item) => " " + item.dataset.label + " " + item.parsed.y.toFixed(4),
            },
          },
        },
        scales: {
          x: {
            type: "linear",
            min: begin,
            max: most > begin ? most : begin + 1,
            title: { display: true, text: title, color: color("soft") },
            ticks: {
              color: color("soft"),
              maxRotation: 0,
              autoSkipPadding: 16,
              includeBounds: false,
              precision: axis === "steps" ? 0 : undefined,
              callback: tick,
            },
            grid: { display: false },
            border: { color: color("line") },
          },
          y: {
            title: { display: true, text: "Loss (nats)", color: color("soft") },
            ticks: { color: color("soft"), maxTicksLimit: 8 },
            grid: { color: color("grid") },
            border: { display: false },
            grace: "4%",
          },
        },
      },
    });
  }

  function drawAll() {
    charts.splice(0).forEach((chart) => chart.destroy());
    document.querySelectorAll("canvas[data-axis]").forEach((canvas) => charts.push(draw(canvas)));
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  dark.addEventListener("change", drawAll);
  drawAll();
})();
