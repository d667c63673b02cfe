"""What axe-core finds on a page, in either theme.

Streamlit's own elements bring no finding on our pages, so there is no list of exceptions.
"""

from axe_playwright_python.sync_playwright import Axe
from visits import Visit

GRAVE = ("serious", "critical")
TALLEST = 8000
FULL_HEIGHT = "document.documentElement.scrollHeight"
# What is seen from colours; other rules are the same in both themes. High contrast is held to 7:1. The page is left in
# the theme that it had.
COLOURS = ["color-contrast", "link-in-text-block"]
CONTRAST = {"contrast": [*COLOURS, "color-contrast-enhanced"], "light": COLOURS}
# Rules whose findings are never serious, which axe would look for all the same.
MILD = "() => axe._audit.rules.filter((rule) => !['serious', 'critical'].includes(rule.impact)).map(({ id }) => id)"

# Of texts whose contrast cannot differ one is examined: those of the same colour and transparency on the same grounds,
# large or not; links, which have to differ from the text around them, only with the same one around. axe takes seconds
# for all 400 cells of a grid, and looks at the whole page's layout even for one. What lies behind a text is looked up
# once for all that have the same looks within elements of the same classes, styles and looks: the browser needs longest
# for that. Pictures draw what lies behind a text beside it, so there each is looked up. What was examined is not
# examined again in the same theme while a visitor goes on from page to page without a reload.
KINDS = """(theme) => {
    const examined = ((window.examined ??= {})[theme] ??= new Set());
    const below = (window.elementsBelow ??= new WeakMap());
    const placed = ((window.examinedPlaces ??= {})[theme] ??= new Set()), names = (window.namesOfPlaces ??= new Map());
    const looks = new Map(), kinds = new Map(), places = new Map();
    const look = (element) => {
        if (!looks.has(element)) {
            const style = getComputedStyle(element), { backgroundColor, backgroundImage, opacity } = style;
            const around = element.parentElement ? look(element.parentElement).fades : '';
            const fades = opacity === '1' ? around : `${around} ${opacity}`;
            const isBold = Number(style.fontWeight) >= 700;
            const isLarge = parseFloat(style.fontSize) >= (isBold ? 14 : 18) * 4 / 3;
            const isSeen = backgroundColor !== 'rgba(0, 0, 0, 0)' || backgroundImage !== 'none';
            looks.set(element, {
                fades, isBold, text: `${style.color} ${isLarge} ${fades}`,
                ground: isSeen ? `${backgroundColor} ${backgroundImage} ${fades}` : '',
                isSolid: backgroundColor.startsWith('rgb(') && backgroundImage === 'none' && !fades,
            });
        }
        return looks.get(element);
    };
    const place = (element) => {
        if (!element) return 0;
        if (!places.has(element)) {
            const { text, ground, isBold } = look(element), around = place(element.parentElement);
            const [style, own] = ['style', 'class'].map((name) => element.getAttribute(name));
            const name = [around, element.tagName, own, style, text, ground, isBold].join();
            if (!names.has(name)) names.set(name, names.size + 1);
            places.set(element, names.get(name));
        }
        return places.get(element);
    };
    for (const element of document.querySelectorAll('body *')) {
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        const isField = element.matches('input, select, textarea');
        if (!(hasText || isField) || !element.checkVisibility()) continue;
        if (placed.has(place(element)) && !(element instanceof SVGElement)) continue;
        if (!below.has(element)) {
            const { left, right, top, bottom } = element.getBoundingClientRect();
            below.set(element, document.elementsFromPoint((left + right) / 2, (top + bottom) / 2));
        }
        const behind = below.get(element).map(look), solid = behind.findIndex(({ isSolid }) => isSolid);
        // What is out of sight axe passes over.
        if (behind.length === 0) continue;
        placed.add(place(element));
        const kind = [isField, look(element).text];
        kind.push(...behind.slice(0, solid < 0 ? undefined : solid + 1).map(({ ground }) => ground).filter(Boolean));
        if (element.matches('a')) {
            const { parentElement: around } = element, bold = [element, around].map((one) => look(one).isBold);
            kind.push(element.className, around.tagName, around.className, look(around).text, ...bold);
        }
        kinds.set(kind.join(), element);
    }
    const unseen = [...kinds].filter(([kind]) => !examined.has(kind));
    unseen.forEach(([kind]) => examined.add(kind));
    return { include: unseen.map(([, element]) => element) };
}"""

# Of elements that axe cannot tell apart one is examined as well, once the whole of a page like this has been: those
# with the same class, attributes, kinds of children, labels and parent, wherever they stand.
ALIKE = """(part) => {
    const examined = (window.examinedElements ??= new Set());
    const NAMED = ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'headers', 'for'];
    const VALUES = ['role', 'type', 'scope', 'tabindex', 'rel', 'target', 'lang', 'name'];
    const ACTIVE = 'a[href], button, input, select, textarea, summary, [tabindex]';
    const state = (element, name) => {
        const value = element.getAttribute(name);
        if (NAMED.includes(name)) return value.split(/\\s+/).every((id) => document.getElementById(id));
        if (name === 'aria-label' || name === 'title' || name === 'alt') return value.trim() !== '';
        return VALUES.includes(name) || name.startsWith('aria-') ? value : '';
    };
    const self = (element) => `${element.tagName}.${element.getAttribute('class')}`;
    const kind = (element) => JSON.stringify([
        self(element), self(element.parentElement ?? element),
        element.getAttributeNames().sort().map((name) => [name, state(element, name)]),
        [...new Set([...element.children].map((child) => child.tagName))].sort(),
        element.textContent.trim() !== '', element.labels?.length > 0, element.checkVisibility(),
        element.closest('[aria-hidden=true]') !== null, element.querySelector(ACTIVE) !== null,
        element.scrollHeight > element.clientHeight + 1, element.scrollWidth > element.clientWidth + 1,
    ]);
    const kinds = new Map([...document.querySelectorAll(`${part}, :is(${part}) *`)].map((one) => [kind(one), one]));
    const unseen = [...kinds].filter(([one]) => !examined.has(one));
    unseen.forEach(([one]) => examined.add(one));
    return { include: unseen.map(([, element]) => element) };
}"""
# Names that others refer to and two elements have: one of those alone does not tell.
TWICE = """() => {
    const REFER = ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'headers'];
    const referred = new Set(REFER.flatMap((name) => [...document.querySelectorAll(`[${name}]`)]
        .flatMap((element) => element.getAttribute(name).split(/\\s+/))));
    const known = new Set(), names = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    return names.filter((name) => known.has(name) ? referred.has(name) : !known.add(name));
}"""

EXAMINE = """async ([where, options]) => {
    if (where.include?.length === 0) return [];
    const found = await axe.run(where, { resultTypes: ['violations'], preload: false, ...options });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => ({
        rule: rule.id, impact: node.impact, target: node.target.join(' '), html: node.html.slice(0, 160),
        told: [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ').slice(0, 200),
    })));
}"""


def show_whole_page(visitor: Visit, most: int = TALLEST) -> None:
    """Make the screen as tall as the page, which may grow with it: axe passes over what is scrolled out of sight."""
    page, tall = visitor.page, 0
    while tall < most and (wanted := page.evaluate(FULL_HEIGHT)) > tall:
        tall = wanted
        page.set_viewport_size({"width": 1280, "height": max(720, min(tall, most))})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def examine(visitor: Visit, part: str = "html", is_whole: bool = True) -> list[str]:
    """Return serious and critical findings on the page, or in the part of it that a selector names.

    Where not `is_whole`, of elements like those examined before none is examined again. Contrast is looked for on the
    whole page, in both themes, which differ in nothing else.
    """
    page = visitor.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    unlike = page.evaluate_handle(ALIKE, part)
    where = {"include": [part]} if is_whole else unlike
    elsewhere = {rule: {"enabled": False} for rule in [*COLOURS, *page.evaluate(MILD)]}
    found = page.evaluate(EXAMINE, [where, {"rules": elsewhere}])
    # Elements keep their places from one theme to the other.
    page.evaluate("delete window.elementsBelow")
    for theme, rules in CONTRAST.items():
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        kinds = page.evaluate_handle(KINDS, theme)
        seen = page.evaluate(EXAMINE, [kinds, {"runOnly": {"type": "rule", "values": rules}}])
        found += [one | {"rule": f"{theme} {one['rule']}"} for one in seen]
    graves = [one for one in found if one["impact"] in GRAVE]
    told = [f"{one['rule']}: {one['target']} {one['html']} ({one['told']})" for one in graves]
    return [*told, *(f"name given twice: {name}" for name in page.evaluate(TWICE))]
