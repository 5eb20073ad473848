// The server counts characters, a browser UTF-16 units: 😀 is one or two.

export function inCharacters(text, units) {
  return [...text.slice(0, units)].length;
}

export function inUnits(text, characters) {
  return [...text].slice(0, characters).join("").length;
}
