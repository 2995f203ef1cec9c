export default new URL('./threes-rbm.safetensors', import.meta.url);
