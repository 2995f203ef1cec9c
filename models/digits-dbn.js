export default new URL('./digits-dbn.safetensors', import.meta.url);
