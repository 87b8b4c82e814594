/** A segment of a JPEG's metadata, EXIF as in CIPA DC-008, that holds an orientation alone. */
export function turned(orientation: number): BlobPart {
  const tag = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...tag, 0, 0, 0, 0];
  return new Uint8Array([0xff, 0xe1, 0, exif.length + 2, ...exif]);
}
