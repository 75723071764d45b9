// Outlook's colours as office.js tells them to a pane (Office.OfficeTheme), light and dark.

export const THEMES = {
  light: {
    bodyBackgroundColor: "#ffffff", bodyForegroundColor: "#212121",
    controlBackgroundColor: "#f4f4f4", controlForegroundColor: "#212121",
  },
  dark: {
    bodyBackgroundColor: "#292929", bodyForegroundColor: "#ffffff",
    controlBackgroundColor: "#1f1f1f", controlForegroundColor: "#ffffff",
  },
};

// The event carries each colour as a number, in a JSON text in a list.
export function eventData(theme) {
  const numbers = Object.fromEntries(Object.entries(THEMES[theme]).map(([name, hex]) => [name, parseInt(hex.slice(1), 16)]));
  return [JSON.stringify(numbers)];
}
