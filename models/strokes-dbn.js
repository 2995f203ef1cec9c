export default new URL('./strokes-dbn.safetensors', import.meta.url);
