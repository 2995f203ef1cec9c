export default new URL('./digits-code2.safetensors', import.meta.url);
