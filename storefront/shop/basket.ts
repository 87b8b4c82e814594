const SHOWN_MS = 4_000;

/** Counts what was put into the basket, and says each time what it was. */
export function createBasket(counter: HTMLElement, toast: HTMLElement): (name: string) => void {
  let count = 0;
  let fading: ReturnType<typeof setTimeout> | undefined;
  return (name) => {
    count += 1;
    counter.textContent = String(count);
    toast.textContent = `Added to basket: ${name}`;
    clearTimeout(fading);
    fading = setTimeout(() => toast.replaceChildren(), SHOWN_MS);
  };
}
