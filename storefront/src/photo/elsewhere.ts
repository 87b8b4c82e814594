/** A picture whose bytes are elsewhere, at an address, until they are needed: what is dragged here from a page. */
export type PictureElsewhere = Blob & { readonly address: string };

/** A photo for the search, of which nothing is loaded yet. */
export const elsewhere = (address: string): PictureElsewhere => Object.assign(new Blob(), { address });

/** Whether its bytes are elsewhere; not by class, since the plain script and what it loads have no class in common. */
export const isElsewhere = (photo: Blob): photo is PictureElsewhere => 'address' in photo;
