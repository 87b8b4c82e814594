import { Failure } from '../failure.js';
import type { Upright } from './decode.js';

/** A canvas of no page, which makes its JPEGs at once; not every browser has it. */
type Offscreen = new (
  width: number,
  height: number,
) => {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): CanvasRenderingContext2D | null;
  convertToBlob(options: { readonly type: string; readonly quality: number }): Promise<Blob>;
};
export type Canvas = HTMLCanvasElement | InstanceType<Offscreen>;

const { OffscreenCanvas } = globalThis as { OffscreenCanvas?: Offscreen };

/** Draws the part of a picture on white, with at most so many pixels on its longer side. */
export function drawn({ source, part }: Upright, side: number): Canvas {
  const { left, top, width, height } = part;
  const scale = Math.min(1, side / Math.max(width, height));
  const { canvas, context } = blank(width * scale, height * scale);
  // Transparent pixels are black in a JPEG; shops show products on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A canvas of a page waits with its JPEG until the page has nothing else to do. */
export function toJpeg(canvas: Canvas, quality: number): Promise<Blob> {
  const type = 'image/jpeg';
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type, quality });
  return new Promise((resolve, reject) => {
    canvas.toBlob((jpeg) => (jpeg ? resolve(jpeg) : reject(noCanvas())), type, quality);
  });
}

/** An empty canvas, at least a pixel each way. */
export function blank(width: number, height: number) {
  const canvas = newCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | null;
  if (!context) throw noCanvas();
  return { canvas, context };
}

function newCanvas(width: number, height: number): Canvas {
  if (OffscreenCanvas) return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

const noCanvas = () => new Failure('broken', 'this browser draws no pictures');
