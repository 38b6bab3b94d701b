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

  const tick = (value) => value.toLocaleString("en", { maximumFractionDigits: 3 });

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
    const datasets = [
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
    ];
    return chart(canvas, { axis, scale, title, begin, most }, datasets, { title: { text: "Loss (nats)" } });
  }

  // Curves of the blocks: the distance between copies, or a line for each block's gradients.
  function drawBlocks(canvas) {
    const { steps, copies, units, gradients } = run.blocks;
    const curve = (values) => values.map((value, i) => ({ x: steps[i], y: value }));
    const end = Math.max(0, ...steps, ...run.stages.map((stage) => stage.end.steps));
    const horizontal = { axis: "steps", scale: 1, title: "Optimizer steps", begin: Math.min(...steps.slice(0, 1), ...run.stages.slice(0, 1).map((stage) => stage.start.steps)), most: end };
    const line = (label, values, stroke) => ({
      label,
      data: curve(values),
      borderColor: stroke,
      backgroundColor: stroke,
      borderWidth: 1.75,
      clip: 6,
      pointRadius: steps.length <= 60 ? 2.5 : 0,
      pointHoverRadius: 5,
    });
    if (canvas.dataset.blocks === "copies") {
      return chart(canvas, horizontal, [line("blocks", copies, color("held-out")), line("units", units, color("baseline"))], {
        title: { text: "Distance" },
        min: 0,
      });
    }
    const shade = (i) => {
      const share = gradients.length > 1 ? i / (gradients.length - 1) : 1;
      return color("held-out") + Math.round(255 * (0.25 + 0.75 * share)).toString(16);
    };
    const lines = gradients.map((values, i) => line("block " + i, values, shade(i)));
    return chart(canvas, horizontal, lines, { title: { text: "Gradient norm" }, type: "logarithmic" });
  }

  // A chart over one axis of the run, with the bands of its stages.
  function chart(canvas, { axis, scale, title, begin, most }, datasets, y) {
    return new Chart(canvas, {
      type: "line",
      plugins: [stageBands],
      data: { datasets },
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
            ticks: { color: color("soft"), maxTicksLimit: 8 },
            grid: { color: color("grid") },
            border: { display: false },
            grace: "4%",
            ...y,
            title: { display: true, color: color("soft"), ...y.title },
          },
        },
      },
    });
  }

  function drawAll() {
    charts.splice(0).forEach((chart) => chart.destroy());
    document.querySelectorAll("canvas[data-axis]").forEach((canvas) => charts.push(draw(canvas)));
    document.querySelectorAll("canvas[data-blocks]").forEach((canvas) => charts.push(drawBlocks(canvas)));
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  dark.addEventListener("change", drawAll);
  drawAll();
})();
