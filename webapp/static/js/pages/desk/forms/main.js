import '../../../../css/setup.css'
import './forms.css'

import { refuseTooLarge } from '../register/file-limit.js'

const field = document.querySelector('[data-limit-bytes]')
if (field) refuseTooLarge(field)
