import { button, setText } from './dom.js';
import type { Ui } from './ui.js';

/** Makes the button that hands on a link to this search: to another app on a phone, else to the clipboard. */
export function createLinkButton({ css, texts, actions }: Ui): HTMLButtonElement {
  const hand = async (link: string) => {
    const isPhone = matchMedia('(pointer: coarse)').matches;
    // Whoever closes the phone's sheet has changed their mind.
    const shared = isPhone ? navigator.share?.({ url: link }).catch(() => {}) : undefined;
    if (shared) return shared;
    await navigator.clipboard.writeText(link);
    setText(node, texts.linkCopied);
  };
  const share = async () => {
    try {
      const link = await actions.link();
      if (link) await hand(link);
    } catch {
      setText(node, texts.linkFailed);
    }
  };
  const node = button(
    { class: css('action', 'link'), 'aria-live': 'polite' },
    () => void share(),
    texts.link,
  );
  return node;
}
