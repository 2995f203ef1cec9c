/** Where the file of the model is: `engine.open` takes it, in a page and in Node. */
declare const url: URL;
export default url;
