// Before and after: the range says where the one picture ends and the other begins.

document.addEventListener("input", (event) => {
  const range = event.target;
  if (range.matches(".compare input")) range.closest(".sides").style.setProperty("--cut", `${range.value}%`);
});
