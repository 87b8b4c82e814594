import { loadParts } from '../src/onDemand.js';

/**
 * Waits in short turns, after what a first picture loads: on a busy machine one long pause may end before a chain
 * of short ones.
 */
export async function settled(turns = 12): Promise<void> {
  await loadParts();
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}
