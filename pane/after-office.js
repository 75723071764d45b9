// office.js looks every 50 ms whether anybody waits for it. Python comes later, so it is asked for at once, here.
globalThis.mailConnector = globalThis.mailConnector || {};
if (globalThis.Office) globalThis.mailConnector.office = Office.onReady();
