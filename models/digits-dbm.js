export default new URL('./digits-dbm.safetensors', import.meta.url);
