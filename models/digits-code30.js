export default new URL('./digits-code30.safetensors', import.meta.url);
