import { loadWidgetParts } from '../onDemand.js';
import type { Results } from './results.js';
import { isBusy, type Snapshot, type Ui } from './ui.js';

/** Follows the pictures in the shop's list from the first one on; where what does so can't be loaded, nobody does. */
export function followInResults(ui: Ui, find: () => HTMLElement | undefined, bar: HTMLElement): Results {
  let results: Results | undefined;
  let latest: [Snapshot, boolean];
  const begin = async () => {
    const place = scrollY;
    const parts = await loadWidgetParts().catch(() => undefined);
    if (!parts || ui.signal.aborted) return;
    results ??= parts.createResults(ui, find, bar);
    results.update(...latest, place);
  };
  return {
    update(snapshot: Snapshot, searching: boolean) {
      latest = [snapshot, searching];
      if (results) results.update(...latest);
      else if (isBusy(snapshot.status)) void begin();
    },
    release: () => results?.release(),
  };
}
