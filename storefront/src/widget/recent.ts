import type { RecentPicture } from '../types.js';
import { button, element } from './dom.js';
import { createPreview } from './preview.js';
import { type Component, hasRecent, type Ui } from './ui.js';

/**
 * Makes the row of the last pictures, each a button that uses it again.
 *
 * @param onChoose called once one was chosen
 */
export function createRecent(ui: Ui, onChoose: () => void): Component {
  const { css, texts } = ui;
  const list = element('div', { class: css('recent'), role: 'group', 'aria-label': texts.recent });
  const node = element('div', { hidden: true }, element('p', { class: css('hint') }, texts.recent), list);
  let shown = '';
  const use = (id: string) => {
    onChoose();
    ui.actions.again(id);
  };
  return {
    node,
    update(snapshot) {
      const { recent } = snapshot;
      node.hidden = !hasRecent(snapshot);
      const all = JSON.stringify(recent);
      // Making the buttons anew would take the focus from them.
      if (shown === all) return;
      shown = all;
      list.replaceChildren(...recent.map((picture) => createItem(ui, picture, () => use(picture.id))));
    },
  };
}

function createItem(ui: Ui, { name, preview, source }: RecentPicture, onUse: () => void): HTMLElement {
  const { css, texts } = ui;
  const said = source === 'photo' ? texts.label(name) : name;
  const picture = createPreview(ui);
  picture.show(preview);
  const attributes = { class: css('thumb'), 'aria-label': said || texts.yourPhoto, title: said };
  return button(attributes, onUse, picture.node);
}
