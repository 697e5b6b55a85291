; Headings by their text, and elements by what a link or a script knows them under
((element . (start_tag (tag_name) @_word)) @definition.module @name (#match? @_word "^[hH][1-6]$"))
((_ . (start_tag (attribute
  (attribute_name) @_word
  [(quoted_attribute_value (attribute_value) @name) (attribute_value) @name]))) @definition.field
  (#eq? @_word "id"))
((_ . (self_closing_tag (attribute
  (attribute_name) @_word
  [(quoted_attribute_value (attribute_value) @name) (attribute_value) @name]))) @definition.field
  (#eq? @_word "id"))
(ERROR) @error
