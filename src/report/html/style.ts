import { type Color, PALETTE } from "../chart/palette.ts";

const COLORS = Object.keys(PALETTE) as Color[];

function variables(index: 0 | 1): string {
  return COLORS.map((color) => `--tb-${color}:${PALETTE[color][index]}`).join(";");
}

/** Colors and type of every page; the charts' classes among them, since a page allows no other style. */
const BASE = `
:root{color-scheme:light;${variables(0)};--panel:#f6f8fa;--line:#d8dee4;--chip:#eaeef2;--link:#2f65d9}
@media (prefers-color-scheme:dark){:root:not([data-look=light]){color-scheme:dark;${variables(1)};--panel:#151b23;--line:#30363d;--chip:#21262d;--link:#79aef5}}
:root[data-look=dark]{color-scheme:dark;${variables(1)};--panel:#151b23;--line:#30363d;--chip:#21262d;--link:#79aef5}
${COLORS.map((color) => `.tb-f-${color}{fill:var(--tb-${color})}.tb-s-${color}{stroke:var(--tb-${color});fill:none}`).join("")}
*{box-sizing:border-box}
html{font:16px/1.5 Inter,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans","Noto Sans",Cantarell,"DejaVu Sans Condensed",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--tb-ground);color:var(--tb-ink);overflow-wrap:break-word}
a{color:var(--link)}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-9999px}
.skip:focus{left:1rem;top:.5rem;background:var(--tb-ground);padding:.3rem .6rem;z-index:2}
.page{max-width:70rem;margin:0 auto;padding:0 1.5rem}
header{border-bottom:1px solid var(--line);background:var(--panel)}
header .page{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;padding-top:.7rem;padding-bottom:.7rem}
.brand{font-weight:650;margin-right:auto;min-width:0}
nav ul{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:0;padding:0}
nav a{color:inherit;text-decoration:none;padding:.2rem 0;border-bottom:2px solid transparent;display:inline-block}
nav a:hover{border-color:var(--tb-frame)}
nav a[aria-current]{border-color:var(--link);font-weight:600}
button,select,input{font:inherit;color:inherit;background:var(--tb-ground);border:1px solid var(--tb-frame);border-radius:6px;padding:.25rem .6rem;min-width:0;max-width:100%}
button{cursor:pointer}
button:disabled{color:var(--tb-muted);cursor:default}
main.page{display:block;padding-top:1.8rem;padding-bottom:3rem}
.tb-chart{font-family:inherit}
h1{font-size:1.55rem;line-height:1.25;margin:0 0 .35rem;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.15rem;line-height:1.3;margin:0 0 .6rem;font-weight:650}
h3{font-size:1rem;margin:1.2rem 0 .4rem;font-weight:650}
p{margin:0 0 .6rem;max-width:48rem}
.lead{font-size:1.1rem}
.muted,.note,caption{color:var(--tb-muted)}
.note{font-size:.9rem}
section{margin-top:2.4rem}
.notice{border-left:4px solid var(--tb-warn);background:var(--panel);padding:.6rem .9rem;margin:1rem 0;border-radius:0 6px 6px 0;max-width:none}
.notice.bad{border-color:var(--tb-bad)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:1px;margin:1.3rem 0 0;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.figures>div{background:var(--tb-ground);padding:.8rem 1rem}
.figures dt{color:var(--tb-muted);font-size:.9rem}
.figures dd{margin:0}
.figures .big{font-size:1.65rem;line-height:1.25;font-weight:650;letter-spacing:-.02em}
.figures .more{font-size:.9rem;color:var(--tb-muted)}
.chip{display:inline-block;background:var(--chip);border-radius:999px;padding:.05rem .6rem;font-size:.9rem;white-space:nowrap}
.chip::before{content:"";display:inline-block;width:.6em;height:.6em;border-radius:50%;margin-right:.45em;background:var(--tb-muted)}
.chip.good::before{background:var(--tb-good)}.chip.warn::before{background:var(--tb-warn)}.chip.bad::before{background:var(--tb-bad)}
.scroll{overflow-x:auto;position:relative}
figure+.scroll,.scroll+.scroll{margin-top:1.6rem}
.scroll+.note{margin-top:.7rem}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.95rem}
caption{text-align:left;font-size:.9rem;padding-bottom:.4rem}
th,td{padding:.4rem .9rem .4rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--tb-muted);font-size:.85rem;vertical-align:bottom;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
.num{text-align:right;white-space:nowrap}
.num,.figures dd,.sum,time{font-variant-numeric:tabular-nums}
tfoot th,tfoot td{font-weight:650;border-bottom:0}
.more-text{color:var(--tb-good)}
.up{color:var(--tb-budget)}.down{color:var(--tb-good)}
.bar{display:block;width:100%;min-width:5rem;height:.65rem}
td .bar{margin-top:.45rem}
figure{margin:0}
.chart svg{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:8px}
details{margin-top:.5rem}
summary{cursor:pointer;color:var(--tb-muted);font-size:.9rem;width:fit-content}
.only-narrow{display:none}
.columns{display:grid;row-gap:1.6rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));column-gap:2.5rem}
.filters{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.7rem;align-items:end;margin:1rem 0}
.filters label{display:block;font-size:.9rem;color:var(--tb-muted)}
.filters input,.filters select,.filters button{height:2.3rem}
.filters input,.filters select{display:block;width:100%;color:var(--tb-ink);font-size:1rem}
.filters .wide{grid-column:1/-1}
.sum{font-size:1.1rem;font-weight:650;margin:.9rem 0 .6rem}
.pager{display:flex;gap:.7rem;align-items:center;margin:.9rem 0;flex-wrap:wrap}
th button{border:0;background:none;padding:0;font-size:inherit;color:inherit;text-decoration:underline dotted;text-underline-offset:3px}
footer{border-top:1px solid var(--line);color:var(--tb-muted);font-size:.9rem}
footer .page{padding-top:1rem;padding-bottom:2rem}
[hidden]{display:none!important}
@media (max-width:40rem){
.page{padding-left:1rem;padding-right:1rem}
.less{display:none}
.num{white-space:normal}
.only-narrow{display:block;font-weight:600;margin-bottom:.5rem}
header .page{row-gap:.5rem}
header nav{order:3;width:100%}
.chart svg{width:40rem;max-width:none}
.chart text[font-size="16"]:not(:only-of-type){display:none}
.figures{grid-template-columns:1fr 1fr}
.figures>div:last-child:nth-child(odd){grid-column:1/-1}
th,td{padding-right:.6rem}
.figures>div{padding:.6rem .7rem}
.figures .big{font-size:1.3rem}
h1{font-size:1.3rem}
}
@media print{
@page{size:A4;margin:14mm}
:root,:root[data-look=dark]{color-scheme:light;${variables(0)};--panel:#fff;--line:#d8dee4;--chip:#fff;--link:#1f2328}
html{font-size:11px}
header,.filters,.pager,.skip,.screen{display:none!important}
.page{max-width:none;padding:0}
section{margin-top:1.4rem}
figure,tr,.figures{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll{overflow:visible}
a{color:inherit;text-decoration:none}
}
`;

/** The style of every page. */
export const STYLE = BASE.trim().replace(/\n/g, "");
