/** Files that the page makes, on their way to the reader's disk. */

export function download(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has its own hold on the file once the click is over.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}

function png(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((made) => {
      if (made) resolve(made);
      else reject(new Error(`a picture of ${String(canvas.width)} x ${String(canvas.height)} pixels`));
    }, 'image/png');
  });
}

function sheet(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  return [canvas, context];
}

/** A drawing as pixels, so many to each of its own. */
export async function pngOfSvg(
  { svg, width, height }: { svg: string; width: number; height: number },
  zoom: number,
): Promise<Blob> {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const [canvas, context] = sheet(width * zoom, height * zoom);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return png(canvas);
}

/** A picture enlarged without smoothing, on paper. */
export async function pngOfPixels(picture: HTMLCanvasElement, zoom: number, paper: string): Promise<Blob> {
  const [canvas, context] = sheet(picture.width * zoom, picture.height * zoom);
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return png(canvas);
}
