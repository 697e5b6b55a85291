; A heading is a definition from its line to the next one of its rank; those in quotes and lists are prose
(document (section (atx_heading heading_content: (inline) @name)) @definition.module)
(section (section (atx_heading heading_content: (inline) @name)) @definition.module)
(section (setext_heading heading_content: (paragraph) @name) @definition.module)
(section (atx_heading) . (_) @body)
(setext_heading [(setext_h1_underline) (setext_h2_underline)] @body)
(ERROR) @error
