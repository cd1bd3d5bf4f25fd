"""The looks of the report: light and dark as the reader's system is, black on white on paper."""

import base64
import hashlib

CSS = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#59636e;--line:#d5dae0;--ground:#fff;--accent:#0a5db0;
--held:#8a5a00;--good:#12713a;--bad:#b3261e;--good-ground:18,113,58;--bad-ground:179,38,30}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--dim:#9aa4af;--line:#353b43;--ground:#14171b;
--accent:#6cb2f5;--held:#e0a458;--good:#5fc98a;--bad:#f2877e;--good-ground:95,201,138;--bad-ground:242,135,126}}
@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--line:#bbb;--ground:#fff;--accent:#0a5db0;
--held:#8a5a00;--good:#12713a;--bad:#b3261e;--good-ground:18,113,58;--bad-ground:179,38,30}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:76rem;background:var(--ground);color:var(--ink);
font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.45rem;margin:0}h2{font-size:1.05rem;margin:2rem 0 .6rem}
p{margin:.3rem 0}.dim{color:var(--dim)}.note{border-left:3px solid var(--accent);padding-left:.7rem}
.remarks{padding-left:1.1rem;margin:.8rem 0}.good{color:var(--good)}.bad{color:var(--bad)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:0 2rem;margin:0}
.figures div{display:flex;justify-content:space-between;gap:1rem;border-bottom:1px solid var(--line);
padding:.22rem 0}.figures dt{color:var(--dim)}.figures dd{margin:0;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.86rem}
th{color:var(--dim);font-weight:500;text-align:left;border-bottom:1px solid var(--line)}
th,td{padding:.16rem .55rem;white-space:nowrap}td.n,th.n{text-align:right}
.trades td,.trades th{text-align:right}.trades :is(td,th):is(:nth-child(2),:nth-child(3),:nth-child(5),
:nth-child(7)){text-align:left}
.settings td{white-space:normal;overflow-wrap:anywhere}.settings th{border:0;vertical-align:top}
.g1{background:rgba(var(--good-ground),.12)}.g2{background:rgba(var(--good-ground),.26)}
.g3{background:rgba(var(--good-ground),.42)}.b1{background:rgba(var(--bad-ground),.12)}
.b2{background:rgba(var(--bad-ground),.26)}.b3{background:rgba(var(--bad-ground),.42)}
svg{width:100%;height:auto;display:block}svg text{fill:var(--dim);font-size:13px}
.grid{stroke:var(--line);stroke-width:1}.start{stroke:var(--dim);stroke-width:1;stroke-dasharray:4 4}
.curve{fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linejoin:round}
.held{fill:none;stroke:var(--held);stroke-width:1.2;stroke-dasharray:6 3;stroke-linejoin:round}
.legend{display:flex;flex-wrap:wrap;gap:0 2rem;color:var(--dim);font-size:.86rem}
.legend span::before{content:"";display:inline-block;width:2rem;margin-right:.5rem;vertical-align:middle;
border-top:2px solid var(--accent)}.legend .of-held::before{border-top:2px dashed var(--held)}
.fall{fill:rgba(var(--bad-ground),.3);stroke:var(--bad);stroke-width:1}
summary{cursor:pointer;color:var(--dim)}footer{margin-top:2rem;color:var(--dim);font-size:.86rem}
@media print{body{padding:0;max-width:none;font-size:10pt}h2{break-after:avoid}svg,.figures div,tr{
break-inside:avoid}thead{display:table-header-group}.scroll{overflow:visible}table{font-size:7.5pt}
th,td{padding:.08rem .3rem}*{print-color-adjust:exact}}
"""

# The page may use this style, and nothing else, wherever it is from.
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()}'"
)
