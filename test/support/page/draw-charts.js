// Runs in the browser: puts a picture in every mermaid block's place and counts what was drawn.
globalThis.drawCharts = async (theme) => {
  const { mermaid } = globalThis;
  mermaid.initialize({ startOnLoad: false, theme: theme === "dark" ? "dark" : "default", securityLevel: "strict" });
  const charts = [];
  for (const [index, code] of [...document.querySelectorAll("code.language-mermaid")].entries()) {
    try {
      const { svg } = await mermaid.render(`chart-${index}`, code.textContent);
      const frame = document.createElement("div");
      frame.className = "mermaid";
      frame.innerHTML = svg;
      code.parentElement.replaceWith(frame);
      const bars = [...frame.querySelectorAll('g[class^="bar-plot"]')];
      const lines = [...frame.querySelectorAll('g[class^="line-plot"] path')];
      charts.push({
        error: null,
        bars: bars.map((plot) => {
          const heights = [...plot.querySelectorAll("rect")].map((bar) => Number(bar.getAttribute("height")));
          return { all: heights.length, seen: heights.filter((height) => height > 0).length };
        }),
        points: lines.map((line) => line.getAttribute("d").split(/[ML]/).length - 1),
      });
    } catch (error) {
      charts.push({ error: String(error), bars: [], points: [] });
    }
  }
  return charts;
};
