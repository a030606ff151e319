// PDFs are read on the page, by the browser's own viewer; where it has none, they open by themselves.

const paper = document.getElementById("paper");

function show(link) {
  const frame = document.createElement("iframe");
  frame.src = link.href;
  frame.title = link.textContent.trim();
  paper.querySelector(".title").textContent = frame.title;
  paper.querySelector("a").href = link.href;
  paper.append(frame);
  paper.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-paper]");
  if (link && navigator.pdfViewerEnabled && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    show(link);
  }
});
paper.addEventListener("click", (event) => {
  if (event.target === paper || event.target.closest("[data-close]")) paper.close();
});
paper.addEventListener("close", () => paper.querySelector("iframe")?.remove());
