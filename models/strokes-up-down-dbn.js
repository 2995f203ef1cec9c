export default new URL('./strokes-up-down-dbn.safetensors', import.meta.url);
