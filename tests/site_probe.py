"""What a browser without a network reports of a page: the instrument of test_site.py."""

import re
from dataclasses import dataclass
from importlib import resources
from urllib.parse import urlsplit

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
NARROW, PHONE, DESK = (320, 568), (360, 740), (1280, 900)

# What a page says of itself once its scripts, fonts and mathematics have settled.
OBSERVE = r"""
async () => {
  if (window.MathJax) await MathJax.startup.promise;
  await document.fonts.ready;
  document.querySelectorAll("img").forEach(img => { img.loading = "eager"; });
  await Promise.all([...document.images].map(img => img.decode().catch(() => null)));
  const prose = document.querySelector("article, body").cloneNode(true);
  prose.querySelectorAll("script, style, pre, code, mjx-container").forEach(e => e.remove());
  return {
    formulas: document.querySelectorAll(".math").length,
    rendered: document.querySelectorAll(".math mjx-container").length,
    broken: [...document.querySelectorAll("mjx-merror, mjx-mtext[style*='red'], mjx-utext")]
      .filter(e => e.localName != "mjx-utext").map(e => e.outerHTML.slice(0, 200)),
    rawTex: prose.textContent.match(/\\\(|\\\[|\$\$|\\begin\{|Math input error/g) || [],
    images: [...document.images].map(
      img => ({source: img.src, alt: img.alt, width: img.naturalWidth})),
    captions: [...document.querySelectorAll("figure figcaption")].map(c => c.textContent.trim()),
    figures: [...document.querySelectorAll(".cell_output img")]
      .filter(img => !img.closest("gencore-explorer")).length,
    captioned: document.querySelectorAll(".cell_output figure figcaption").length,
    fullWidth: document.documentElement.scrollWidth,
    width: window.innerWidth,
  };
}
"""


# What axe-core finds, but for the inside of formulas, which MathJax makes.
AXE = """
async rules => {
  if (window.MathJax) await MathJax.startup.promise;
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const found = await axe.run(
    {exclude: [["mjx-container > *"]]},
    {resultTypes: ["violations"], elementRef: false, ...(rules && {runOnly: rules})});
  return found.violations.filter(({impact}) => ["serious", "critical"].includes(impact)).flatMap(
    ({id, nodes}) => nodes.map(n => `${id}: ${n.target.join(" ")}: ${n.html.slice(0, 120)}`));
}
"""


@dataclass
class Visit:
    """What the browser and the page reported."""

    errors: list[str]
    requests: list[str]
    facts: dict

    def problems(self):
        """Name everything that a reader without a network would find wrong."""
        facts = self.facts
        found = [f"console: {text}" for text in self.errors]
        found += [f"request: {url}" for url in self.requests if not local(url)]
        found += [f"mathematics: {text}" for text in facts["broken"]]
        found += [f"raw TeX in the text: {text}" for text in facts["rawTex"]]
        if facts["formulas"] > facts["rendered"]:
            found.append(f"{facts['formulas']} formulas, {facts['rendered']} rendered")
        for image in facts["images"]:
            if not image["width"]:
                found.append(f"image not loaded: {image['source']}")
            if len(image["alt"].split()) < 3 or "/" in image["alt"]:
                found.append(f"alt text {image['alt']!r} does not say what {image['source']} shows")
        for caption in facts["captions"]:
            if not re.match(r"Fig\. \d+(\.\d+)?\s+\S", caption):
                found.append(f"caption without a number: {caption[:60]!r}")
        if facts["figures"] > facts["captioned"]:
            found.append(f"{facts['figures']} figures, {facts['captioned']} captions")
        if facts["fullWidth"] > facts["width"]:
            found.append(f"the page is {facts['fullWidth']} wide in a {facts['width']} window")
        return found


def local(url):
    """Tell whether a request stays on this machine."""
    return urlsplit(url).scheme in {"file", "data", "blob"}


def open_page(browser, size=DESK, theme="light", scripts=True):
    """Return a page in a fresh context, and the lists that its errors and requests go to."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        offline=True,
        java_script_enabled=scripts,
    )
    context.route(lambda url: not local(url), lambda route: route.abort())
    page = context.new_page()
    errors, requests = [], []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.on("requestfailed", lambda request: errors.append(f"not loaded: {request.url}"))
    return page, errors, requests


def visit(browser, path, size=DESK, theme="light"):
    """Open a file, wait until it has settled, and return what there is to know of it."""
    page, errors, requests = open_page(browser, size, theme)
    page.goto(path.as_uri(), wait_until="load")
    facts = page.evaluate(OBSERVE)
    page.context.close()
    return Visit(errors, requests, facts)


def hindrances(page, rules=None):
    """Name what axe-core finds on an open page of serious or critical impact, by all its rules."""
    if not page.evaluate("() => 'axe' in window"):
        script = resources.files("axe_playwright_python").joinpath("axe.min.js")
        page.evaluate(script.read_text(encoding="utf8"))
    return page.evaluate(AXE, rules)


def luminance(colour):
    """Return the relative luminance (WCAG) of an opaque CSS colour, 0 for a transparent one."""
    red, green, blue, *alpha = (float(number) for number in re.findall(r"[\d.]+", colour))
    if alpha and alpha[0] < 1:
        return 0.0
    parts = (channel / 255 for channel in (red, green, blue))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    """Return the contrast ratio (WCAG) of two opaque CSS colours."""
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)
