; A rule goes by its selectors
(rule_set (selectors) @name) @definition.type
(keyframes_statement (keyframes_name) @name) @definition.type
((declaration (property_name) @name) @definition.variable (#match? @name "^--"))
((at_rule (at_keyword) @_word (keyword_query) @name) @definition.variable (#eq? @_word "@property"))
(media_statement "@media" . (_) @name) @definition.module
(supports_statement "@supports" . (_) @name) @definition.module
(rule_set (block) @body)
(media_statement (block) @body)
(supports_statement (block) @body)
(keyframes_statement (keyframe_block_list) @body)
(ERROR) @error
