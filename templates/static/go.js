// Sends the form on by which somebody comes back from another party; without this script, its button does.
"use strict";
document.querySelector("form[data-go]")?.requestSubmit();
