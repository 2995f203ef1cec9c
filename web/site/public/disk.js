// Browsers load no modules from a disk, so that the page would stay blank.
if (location.protocol === 'file:') document.getElementById('disk').hidden = false;
