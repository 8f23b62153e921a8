// Words whose contrast with their ground is below WCAG 2.2 AA (1.4.3), of all that are seen.
(() => {
  const parts = (colour) => {
    const found = /^color\(srgb ([^)]+)\)/.exec(colour);
    const numbers = (found ? found[1] : colour).match(/[\d.]+/g).map(Number);
    const [r, g, b, a = 1] = numbers;
    return found ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, k) => part * a + under[k] * (1 - a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => {
      const c = part / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parts(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const faint = [];
  let looked = 0;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    if (!words || box.width < 2 || element.closest("svg, .unseen, noscript, [aria-disabled=true]")) continue;
    const style = getComputedStyle(element);
    const back = ground(element);
    const [a, b] = [light(over(parts(style.color), back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    looked += 1;
    if (ratio < (large ? 3 : 4.5)) faint.push([words.slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  return { looked, faint };
})()
