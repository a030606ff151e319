// What every page does: times in the reader's own zone and language.

const language = document.documentElement.lang;
const forms = {
  date: new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" }),
  day: new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric" }),
  month: new Intl.DateTimeFormat(language, { month: "long", year: "numeric" }),
  time: new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }),
};

/** Write every <time data-as> below `root` as the reader's clock shows it; the exact instant stays in its title. */
function showTimes(root) {
  for (const element of root.querySelectorAll("time[data-as]")) {
    const instant = new Date(element.dateTime);
    element.textContent = forms[element.dataset.as].format(instant);
    element.title = instant.toISOString();
    element.removeAttribute("data-as");
  }
}

showTimes(document);
new MutationObserver((changes) => {
  for (const change of changes) {
    if (change.target.dataset.as) showTimes(change.target.parentElement);
    for (const node of change.addedNodes) {
      if (node instanceof Element) showTimes(node.parentElement ?? node);
    }
  }
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-as"] });
