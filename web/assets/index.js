// The pages without a stage.
import { languages, themes } from "./settings.js";

themes();
languages();
