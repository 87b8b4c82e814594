const SVG = 'http://www.w3.org/2000/svg';

/** Paths of the icons, on a canvas of 24 by 24. */
const PATHS = {
  camera:
    'M4 7h3l2-3h6l2 3h3a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1ZM12 9a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
  picture:
    'M4 4h16a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM3 17l5-5 4 4 3-3 6 5M16 8h.01',
  crop: 'M7 2v14a1 1 0 0 0 1 1h14M2 7h14a1 1 0 0 1 1 1v14',
  close: 'M5 5l14 14M19 5L5 19',
} as const;

/** Makes an icon in the color of the text around it, as high as the stylesheet says; nothing for screen readers. */
export function icon(name: keyof typeof PATHS): SVGElement {
  const svg = svgElement('svg', {
    viewBox: '0 0 24 24',
    'aria-hidden': 'true',
    class: 'ais-ImageSearch-icon',
  });
  svg.append(svgElement('path', { d: PATHS[name] }));
  return svg;
}

function svgElement(tag: 'svg' | 'path', attributes: Readonly<Record<string, string>>): SVGElement {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
